import { distance } from 'fastest-levenshtein';

/** The known name that a misspelt one is meant to be, or null where none is near. */
export function nearestName<T extends string>(name: string, known: readonly T[]): T | null {
  const asked = name.toLowerCase().replaceAll('_', '-');
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(asked, candidate) }))
    .toSorted((a, b) => a.edits - b.edits);
  const best = ranked[0];
  // A third of the letters: `lable` and `revison` are near, `cache` and `image` are not.
  if (best && best.edits <= Math.max(1, Math.floor(asked.length / 3))) return best.candidate;
  return known.find((candidate) => asked.length >= MIN_PART_CHARS && candidate.split('-').includes(asked)) ?? null;
}

/** `token` for `github-token`, `user` for nothing. */
const MIN_PART_CHARS = 4;
