/** Numbers as people read them. */

/** Decimal units, as registries and docker show sizes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`;
}

/** With its sign, for a difference; `no change` for none. */
export function formatBytesDifference(bytes: number): string {
  if (bytes === 0) return 'no change';
  return `${bytes > 0 ? '+' : '−'}${formatBytes(Math.abs(bytes))}`;
}

/** How long ago, in one unit; reproducible builds are dated 1970 or 0001, which is no age. */
export function formatAge(created: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - created.getTime()) / 1000);
  if (created.getUTCFullYear() <= 1980) return 'a fixed date';
  if (seconds < 0) return 'in the future';
  const steps = [
    [86_400 * 365, 'year'],
    [86_400 * 30, 'month'],
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const;
  const step = steps.find(([length]) => seconds >= length);
  if (!step) return 'just now';
  const count = Math.floor(seconds / step[0]);
  return `${count} ${step[1]}${count === 1 ? '' : 's'} ago`;
}
