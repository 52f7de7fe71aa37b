import { codeSpan } from '../../base/inert.ts';
import { formatError } from '../../base/errors.ts';
import { paragraph } from '../../base/prose.ts';
import type { Comparison } from '../../gate/verdict.ts';
import { formatReference } from '../../reference/reference.ts';
import type { Change, PlatformDiff } from '../diff.ts';
import { listed } from '../failed.ts';
import type { Links } from '../occasion.ts';
import { formatBytes, formatBytesDifference } from '../units.ts';
import { table } from './blocks.ts';
import { shortDigest } from './failed.ts';
import { MAX_ROWS } from './image.ts';
import { commitLink, compareLink } from './links.ts';

const REVISION_LABEL = 'org.opencontainers.image.revision';

/** Platforms on which the same changed. */
interface Group {
  readonly diff: PlatformDiff;
  readonly platforms: readonly string[];
}

/** Old to new; platforms with the same changes are told together. */
export function formatComparison(comparison: Comparison, diffs: readonly PlatformDiff[], links: Links): string[] {
  const { reference, error } = comparison;
  const name = codeSpan(formatReference(reference));
  if (error) return [`### Not compared with ${name}`, '', paragraph(formatError(error)), ''];
  const groups = groupDiffs(diffs);
  if (groups.every(({ diff }) => diff.only === null && toldChanges(diff).length === 0))
    return [`### The same as ${name}`, ''];
  return [
    `### Compared with ${name}`,
    '',
    ...groups.flatMap((group) => formatGroup(group, comparison, { links, isOnly: groups.length === 1 })),
  ];
}

/** Digests and sizes differ by platform; what they mean stands in the other changes. */
function groupDiffs(diffs: readonly PlatformDiff[]): Group[] {
  const groups = Map.groupBy(diffs, (diff) => JSON.stringify([diff.only, toldChanges(diff), diff.changes.length > 0]));
  return [...groups.values()].map((group) => ({
    diff: group[0] as PlatformDiff,
    platforms: group.map(({ platform }) => platform),
  }));
}

/** The digest is another wherever anything is; the label says the same as the revision above it. */
function toldChanges({ changes, size }: PlatformDiff): Change[] {
  const hasRevision = changes.some(({ what }) => what === 'revision');
  const told = changes.filter(({ what }) => !(hasRevision && what === `label ${REVISION_LABEL}`));
  const others = told.filter(({ what }) => what !== 'digest');
  const sizes = size && size.before !== size.after ? [sizeChange(size)] : [];
  return [...(others.length > 0 ? others : told), ...sizes];
}

function sizeChange({ before, after }: NonNullable<PlatformDiff['size']>): Change {
  const difference = ` (${formatBytesDifference(after - before)})`;
  return { what: 'size', before: formatBytes(before), after: formatBytes(after) + difference };
}

function formatGroup(
  { diff, platforms }: Group,
  { image }: Comparison,
  { links, isOnly }: { readonly links: Links; readonly isOnly: boolean },
): string[] {
  const names = codeSpan(listed(platforms));
  if (diff.only !== null) return [`${names}: ${diff.only === 'before' ? 'no longer there' : 'new'}.`, ''];
  const told = toldChanges(diff);
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
