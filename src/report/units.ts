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

/** To the minute, in UTC; an age would be another at every run. Reproducible builds are dated 1970 or 0001. */
export function formatTime(time: Date): string {
  const text = `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return time.getUTCFullYear() <= 1980 ? `${text} (a fixed date)` : text;
}

/** How many expectations there are, each counted once on however many platforms it was checked. */
export function expectationsOf(checks: readonly { readonly expectation: string }[]): number {
  return new Set(checks.map(({ expectation }) => expectation)).size;
}

/** With its noun, in the plural but for one. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
