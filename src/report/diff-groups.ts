import type { Change, PlatformDiff } from './diff.ts';
import { formatBytes, formatBytesDifference } from './units.ts';

const REVISION_LABEL = 'org.opencontainers.image.revision';

/** Platforms on which the same changed. */
export interface DiffGroup {
  readonly diff: PlatformDiff;
  readonly platforms: readonly string[];
  readonly changes: readonly Change[];
}

/** Digests and sizes differ by platform; what they mean stands in the other changes. */
export function groupDiffs(diffs: readonly PlatformDiff[]): DiffGroup[] {
  const told = diffs.map((diff) => ({ diff, changes: toldChanges(diff) }));
  const groups = Map.groupBy(told, ({ diff, changes }) => JSON.stringify([diff.only, changes]));
  return [...groups.values()].map((group) => ({
    ...(group[0] as { diff: PlatformDiff; changes: Change[] }),
    platforms: group.map(({ diff }) => diff.platform),
  }));
}

export function isSame(groups: readonly DiffGroup[]): boolean {
  return groups.every(({ diff, changes }) => diff.only === null && changes.length === 0);
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
