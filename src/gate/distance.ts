import type { Deadline } from '../base/deadline.ts';
import type { Ancestry } from '../expectations/revision/ancestry.ts';
import { isCommitId } from '../expectations/revision/commit-id.ts';
import type { GateContext } from './context.ts';
import type { Verdict } from './verdict.ts';

/** Each costs a request. */
const MAX_ASKED = 5;

/**
 * How far the revisions that were found are from the commit that was expected: three commits older, or on another branch.
 * What cannot be asked, or is not answered in time, is left out.
 */
export async function distancesOf(
  { looks }: Verdict,
  { settings, hostOfCode }: Pick<GateContext, 'settings' | 'hostOfCode'>,
  deadline: Deadline,
): Promise<Verdict['distances']> {
  const commit = settings.expectations.revision?.commit ?? null;
  const found = new Map<string, Ancestry>();
  if (commit === null) return found;
  const failed = looks.flatMap(({ checks }) => checks.filter(({ topic, holds }) => topic === 'revision' && !holds));
  const stated = failed.flatMap(({ actual }) => (actual !== null && isCommitId(actual) ? [actual.toLowerCase()] : []));
  const ask = async (revision: string): Promise<void> => {
    const answer = await hostOfCode.compare(commit, revision);
    // A token that may not look is answered as if there were no such commit.
    const isKnown = answer.status !== 'unknown' || (await hostOfCode.compare(commit, commit)).status === 'identical';
    if (isKnown) found.set(revision, answer);
  };
  const asked = [...new Set(stated)].filter((revision) => revision !== commit).slice(0, MAX_ASKED);
  const asking = Promise.all(asked.map((revision) => ask(revision).catch(() => {})));
  await deadline.race(asking).catch(() => {});
  return new Map(found);
}
