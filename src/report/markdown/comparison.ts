import { codeSpan } from '../../base/inert.ts';
import { formatError } from '../../base/errors.ts';
import { paragraph } from '../../base/prose.ts';
import type { Comparison } from '../../gate/verdict.ts';
import { formatReference } from '../../reference/reference.ts';
import type { PlatformDiff } from '../diff.ts';
import { type DiffGroup, groupDiffs, isSame } from '../diff-groups.ts';
import { listed } from '../failed.ts';
import type { Links } from '../occasion.ts';
import { table } from './blocks.ts';
import { shortDigest } from './failed.ts';
import { MAX_ROWS } from './image.ts';
import { commitLink, compareLink } from './links.ts';

/** Old to new; platforms with the same changes are told together. */
export function formatComparison(comparison: Comparison, diffs: readonly PlatformDiff[], links: Links): string[] {
  const { reference, error } = comparison;
  const name = codeSpan(formatReference(reference));
  if (error) return [`### Not compared with ${name}`, '', paragraph(formatError(error)), ''];
  const groups = groupDiffs(diffs);
  if (isSame(groups)) return [`### The same as ${name}`, ''];
  return [
    `### Compared with ${name}`,
    '',
    ...groups.flatMap((group) => formatGroup(group, comparison, { links, isOnly: groups.length === 1 })),
  ];
}

function formatGroup(
  { diff, platforms, changes: told }: DiffGroup,
  { image }: Comparison,
  { links, isOnly }: { readonly links: Links; readonly isOnly: boolean },
): string[] {
  const names = codeSpan(listed(platforms));
  if (diff.only !== null) return [`${names}: ${diff.only === 'before' ? 'no longer there' : 'new'}.`, ''];
  if (told.length === 0) return [`${names}: the same.`, ''];
  const old = image?.platforms.find(({ name }) => name === diff.platform);
  const commit = (text: string | null): string => (text === null ? '—' : commitLink(text, old, links));
  const rows = told.slice(0, MAX_ROWS).map(({ what, before, after }) => {
    if (what === 'revision') return ['**commit**', commit(before), commit(after) + between(diff, old, links)];
    return [codeSpan(what, 200), cell(before), cell(after)];
  });
  const more = told.length - MAX_ROWS;
  return [
    ...(isOnly ? [] : [`${names}:`, '']),
    ...table(['', 'before', 'now'], rows),
    ...(more > 0 ? [`And ${more} more changes, which are in the report file.`, ''] : []),
  ];
}

function between({ revisions }: PlatformDiff, old: Parameters<typeof compareLink>[2], links: Links): string {
  if (revisions === null) return '';
  const link = compareLink('compare', [revisions.before, revisions.after], old, links);
  return link === 'compare' ? '' : ` (${link})`;
}

function cell(value: string | null): string {
  return value === null ? '—' : codeSpan(shortDigest(value), 200);
}
