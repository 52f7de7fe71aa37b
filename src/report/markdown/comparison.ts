import { formatError } from '../../base/errors.ts';
import { formatPinned, formatReference } from '../../reference/reference.ts';
import type { Comparison } from '../../gate/verdict.ts';
import type { PlatformDiff } from '../diff.ts';
import { codeSpan } from '../../base/inert.ts';
import { formatBytes, formatBytesDifference } from '../units.ts';
import { table } from './blocks.ts';
import { MAX_ROWS } from './image.ts';
import { compareLink, type Links } from './links.ts';

const REVISION_LABEL = 'org.opencontainers.image.revision';

/** Old to new, platform by platform. */
export function formatComparison(comparison: Comparison, diffs: readonly PlatformDiff[], links: Links): string[] {
  const { reference, image, error } = comparison;
  const head = [`### Compared with ${codeSpan(formatReference(reference))}`, ''];
  if (error) return [...head, `Not compared: ${codeSpan(formatError(error), 500)}`, ''];
  const same = diffs.every(({ only, changes }) => only === null && changes.length === 0);
  if (same) return [...head, 'Nothing differs.', ''];
  const pinned = image === null ? [] : [`It is ${codeSpan(formatPinned(reference, image.digest))}.`, ''];
  return [...head, ...pinned, ...diffs.flatMap((diff) => formatDiff(diff, comparison, links))];
}

function formatDiff(
  { platform, only, changes, size, revisions }: PlatformDiff,
  { image }: Comparison,
  links: Links,
): string[] {
  const name = codeSpan(platform);
  if (only !== null) return [`${name}: ${only === 'before' ? 'no longer there' : 'new'}.`, ''];
  if (changes.length === 0) return [`${name}: the same.`, ''];
  // Digests side by side would be wider than the page; the report file has them whole.
  const cell = (value: string | null): string =>
    value === null ? '—' : codeSpan(value.replace(/^(sha256:[a-f0-9]{12})[a-f0-9]{52}$/, '$1…'), 200);
  const old = image?.platforms.find((candidate) => candidate.name === platform);
  const link = revisions && compareLink(revisions.before, revisions.after, old, links);
  const hasRevision = changes.some(({ what }) => what === 'revision');
  // The label says the same as the row above it.
  const told = changes.filter(({ what }) => !(hasRevision && what === `label ${REVISION_LABEL}`));
  const more = told.length - MAX_ROWS;
  const rows = told
    .slice(0, MAX_ROWS)
    .map(({ what, before, after }) => [codeSpan(what, 200), cell(before), cell(after)]);
  const sizes =
    size &&
    `${formatBytes(size.before)} → ${formatBytes(size.after)} (${formatBytesDifference(size.after - size.before)})`;
  return [
    `${name}${sizes === null ? '' : `: ${sizes}`}${link === null ? '' : `, ${link}`}`,
    '',
    ...table(['', 'before', 'after'], rows),
    ...(more > 0 ? [`And ${more} more changes, which are in the report file.`, ''] : []),
  ];
}
