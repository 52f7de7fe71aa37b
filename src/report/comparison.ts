import { formatError } from '../base/errors.ts';
import { quoted } from '../base/inert.ts';
import type { Log } from '../base/log.ts';
import type { Comparison, Verdict } from '../gate/verdict.ts';
import { formatReference } from '../reference/reference.ts';
import { diffImages } from './diff.ts';
import { type DiffGroup, groupDiffs, isSame } from './diff-groups.ts';
import { listed } from './failed.ts';
import { count } from './units.ts';

/** The report file has the rest. */
const MAX_LINES = 1000;

/** What differs from another image, folded; platforms with the same changes are one group. */
export function logComparison(comparison: Comparison, { looks }: Verdict, log: Log): void {
  const { reference, error } = comparison;
  const name = formatReference(reference);
  if (error) return log.annotate('notice', 'assert-image', `compare-with: ${formatError(error)}`);
  const groups = groupDiffs(diffImages(comparison, looks[0]));
  if (isSame(groups)) return log.line(`compared with ${name}: the same`);
  for (const group of groups) {
    const where = groups.length === 1 ? '' : `, ${listed(group.platforms)}`;
    log.group(`compared with ${name}${where}: ${titleOf(group)}`, rowsOf(group));
  }
}

function titleOf({ diff, changes }: DiffGroup): string {
  if (diff.only !== null) return diff.only === 'before' ? 'no longer there' : 'new';
  return changes.length === 0 ? 'the same' : count(changes.length, 'change');
}

function rowsOf({ changes }: DiffGroup): string[] {
  const shown = changes.slice(0, MAX_LINES);
  const rows = shown.map(({ what, before, after }) => `${what}: ${valueOf(before)} → ${valueOf(after)}`);
  return changes.length > shown.length ? [...rows, `… ${changes.length - shown.length} more`] : rows;
}

function valueOf(text: string | null): string {
  return text === null ? '—' : quoted(text);
}
