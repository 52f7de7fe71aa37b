import type { Check } from '../expectations/check.ts';
import type { Verdict } from '../gate/verdict.ts';
import { type Failed, failedOf } from './failed.ts';
import type { Telling } from './occasion.ts';

/** What to do about one failed check. */
export interface Advice {
  readonly text: string;
  /** The check that it is about; null where it is the most likely cause of several. */
  readonly of: Check | null;
}

/** Its own hint, or the sentence for the step that most likely went wrong; empty where another check has it. */
export function adviceOn(failed: Failed, verdict: Verdict, telling: Pick<Telling, 'isOwnCommit'>): string {
  const { check } = failed;
  if (check.hint !== undefined) return check.hint;
  if (check.topic === 'revision') return adviceOnCommit(failed, verdict, telling);
  // An image of another commit is other in all else, too.
  if (failed.isOfOtherCommit) return '';
  return check.topic === 'field' || check.topic === 'expression'
    ? 'Build the image again with what is expected, or change the expectation.'
    : 'Build, push and sign the image again.';
}

/** Of all failed checks, each text once; first what is not about one of them. */
export function adviceOnAll(verdict: Verdict, telling: Pick<Telling, 'require' | 'isOwnCommit'>): Advice[] {
  const all = failedOf(verdict, telling.require);
  const told = new Map<string, Advice>();
  for (const failed of all) {
    const { check } = failed;
    const isGeneral = check.hint === undefined || check.topic === 'revision';
    const advice = adviceOn(failed, verdict, telling);
    // A table has room for what was found, not for what that means: whose commit it is, or where it was looked for.
    const text = check.topic === 'revision' && check.found === undefined ? `${check.message}. ${advice}` : advice;
    if (text !== '' && !told.has(text)) told.set(text, { text, of: isGeneral ? null : check });
  }
  return [...told.values()].toSorted((a, b) => Number(a.of !== null) - Number(b.of !== null));
}

function adviceOnCommit(
  { check, places }: Failed,
  { waited, distances }: Verdict,
  { isOwnCommit }: Pick<Telling, 'isOwnCommit'>,
): string {
  const [first] = places;
  const commit = isOwnCommit ? 'this commit' : 'that commit';
  if (first?.platforms.length) return `Build every platform from ${commit}, and push them together.`;
  if (first?.look.reference?.layout !== undefined) return `Build the layout again, from ${commit}.`;
  if (first?.look.reference?.digest != null)
    return `The digest is that of another build: take the one that the build of ${commit} reported.`;
  const [tag, point, names] = places.length === 1 ? ['The tag', 'points', 'it'] : ['These tags', 'point', 'them'];
  const status = distances.get((check.actual ?? '').toLowerCase())?.status;
  if (status === 'ahead')
    return `${tag} ${point} to a later build: name the tag or the digest that the build of ${commit} pushed.`;
  if (status === 'diverged')
    return `${tag} ${point} to a build of another branch: name the tag or the digest that the build of ${commit} pushed.`;
  if (status === 'unknown')
    return 'Was the image built elsewhere, or does it inherit the label from its base image? Let the build write its own.';
  const which = status === 'behind' ? `still ${point} to an earlier` : `${point} to another`;
  return waited === null
    ? `${tag} ${which} build. Wait for ${commit}'s build (wait-timeout: 15m), or name the tag that it pushes.`
    : `${tag} ${which} build: ${commit}'s build did not push ${names} within ${waited.seconds} s. Did it succeed, and which tag does it push?`;
}
