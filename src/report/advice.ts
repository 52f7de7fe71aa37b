import type { Check } from '../expectations/check.ts';
import type { Look, Verdict } from '../gate/verdict.ts';
import { failedOf } from './failed.ts';

/** What to do about a failed check whose own hint says nothing: the sentence for the step that most likely went wrong. */
function adviceOn(check: Check, verdict: Verdict): string {
  switch (check.topic) {
    case 'revision':
      return adviceOnRevision(check, verdict);
    case 'contains-commit':
      return 'Build the image from a commit that contains it.';
    case 'signature':
      return 'Deploy the digest that your build attested, or allow the signer that it has.';
    case 'digest':
      return 'Take the digest that the build step of this run reported.';
    case 'platform':
    case 'provenance':
      return 'Build and push the image again.';
    case 'field':
    case 'expression':
      return 'Build the image again with what is expected, or change the expectation.';
  }
}

/** Every failed check has advice: its own, or the general one. Each is told once, the most special first. */
export function adviceOnAll(verdict: Verdict, require: 'all' | 'any'): string[] {
  const failed = failedOf(verdict, require);
  const own = failed.flatMap(({ check }) => (check.hint === undefined ? [] : [explanationOf(check, check.hint)]));
  const general = failed.flatMap(({ check }) => (check.hint === undefined ? [generalAdvice(check, verdict)] : []));
  const first = general.filter((text) => text !== '').slice(0, own.length > 0 && !hasCommitFailed(verdict) ? 0 : 1);
  return [...new Set([...first, ...own])];
}

/** A table has room for what was found, not for what that means: whose commit it is, or where it was looked for. */
function explanationOf({ topic, found, message }: Check, hint: string): string {
  return topic === 'revision' && found === undefined ? `${message}. ${hint}` : hint;
}

/** Empty where another check has it: an image of another commit is other in all else, too. */
export function generalAdvice(check: Check, verdict: Verdict): string {
  const isOwnFault = check.topic === 'revision' || !hasCommitFailed(verdict);
  return isOwnFault ? adviceOn(check, verdict) : '';
}

function hasCommitFailed({ looks }: Verdict): boolean {
  return looks.some(failsByCommit);
}

function failsByCommit({ checks }: Look): boolean {
  return checks.some(({ topic, holds, actual }) => topic === 'revision' && !holds && actual !== null);
}

function adviceOnRevision(check: Check, { waited, distances, looks }: Verdict): string {
  const [tag, point] = looks.filter(failsByCommit).length === 1 ? ['The tag', 'points'] : ['These tags', 'point'];
  const isByDigest = looks.length === 1 && looks[0]?.reference?.digest != null;
  if (isByDigest) return 'The digest is that of another build: take the one that the build step of this run reported.';
  const status = distances.get((check.actual ?? '').toLowerCase())?.status;
  const isOlder = status === 'behind';
  switch (status) {
    case 'ahead':
      return `${tag} ${point} to a later build: name the tag or the digest that this commit pushed.`;
    case 'diverged':
      return `${tag} ${point} to a build of another branch: name the tag or the digest that this commit's build pushed.`;
    case 'unknown':
      return 'Was the image built elsewhere, or does it inherit the label from its base image? Let the build write its own.';
    default:
      return waited === null
        ? `${tag} ${isOlder ? `still ${point} to an earlier` : `${point} to another`} build. Wait for this commit's build (wait-timeout: 15m), or name the tag that it pushes.`
        : `The build of this commit did not push this tag within ${waited.seconds} s: see whether it succeeded, and which tag it pushes.`;
  }
}
