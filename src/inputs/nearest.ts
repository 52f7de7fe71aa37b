import { distance } from 'fastest-levenshtein';

/** The known name that a misspelt one is meant to be, or null where none is near. */
export function nearestName<T extends string>(name: string, known: readonly T[]): T | null {
  const [best] = nearestNames(name, known);
  if (best !== undefined) return best;
  const asked = name.toLowerCase().replaceAll('_', '-');
  return known.find((candidate) => asked.length >= MIN_PART_CHARS && candidate.split('-').includes(asked)) ?? null;
}

/** All that are near, nearest first: a third of the letters may differ (`lable` and `revison` are near, `cache` and `image` are not). */
export function nearestNames<T extends string>(name: string, known: readonly T[], minEdits = 1): T[] {
  const limit = Math.max(Math.min(minEdits, name.length - 1), Math.floor(name.length / 3));
  return ranked(name, known)
    .filter(({ edits }) => edits <= limit)
    .map(({ candidate }) => candidate);
}

/** All, nearest first. */
export function nearestFirst<T extends string>(name: string, known: readonly T[]): T[] {
  return ranked(name, known).map(({ candidate }) => candidate);
}

function ranked<T extends string>(name: string, known: readonly T[]): { candidate: T; edits: number }[] {
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '-');
  return known
    .map((candidate) => ({ candidate, edits: distance(plain(name), plain(candidate)) }))
    .toSorted((a, b) => a.edits - b.edits);
}

/** `token` for `github-token`, `user` for nothing. */
const MIN_PART_CHARS = 4;
