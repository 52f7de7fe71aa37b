import type { Image } from './image.ts';

/** The latest of the platforms, null where none says a date. */
export function latestCreated({ platforms }: Image): string | null {
  const dates = platforms.flatMap(({ configFile: { created } }) =>
    created !== null && !Number.isNaN(Date.parse(created)) ? [created] : [],
  );
  return dates.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}
