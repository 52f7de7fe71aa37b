/** A tag has at most 128 characters, a repository 255 (distribution/reference): a longer name is none. */
export const MAX_TAG_CHARS = 128;
export const MAX_REPOSITORY_CHARS = 255;

/**
 * Matches names by the three wildcards of the contract, in time that grows with the name alone: `*` stands for
 * any characters but `/`, `?` for one of them, `**` for any at all. A registry may make up names that are slow to
 * match, so nothing here goes back in a name.
 *
 * @param maxChars longer names match nothing
 */
export function globMatcher(pattern: string, maxChars: number): (name: string) => boolean {
  const parts = (pattern.match(/\*\*+|[^]/g) ?? []).map((part) => (part.startsWith('**') ? '**' : part));
  return (name) => name.length <= maxChars && matches(parts, name);
}

/** Keeps every place in the pattern that the name may have reached, character by character. */
function matches(parts: readonly string[], name: string): boolean {
  let reached = new Uint8Array(parts.length + 1);
  let next = new Uint8Array(parts.length + 1);
  enter(0, parts, reached);
  for (let index = 0; index < name.length; index += 1) {
    const character = name[index] as string;
    next.fill(0);
    for (let at = 0; at < parts.length; at += 1) {
      if (reached[at] === 0) continue;
      const part = parts[at] as string;
      if (part === '**' || (part === '*' && character !== '/')) enter(at, parts, next);
      else if (part === '?' ? character !== '/' : part === character) enter(at + 1, parts, next);
    }
    [reached, next] = [next, reached];
  }
  return reached[parts.length] === 1;
}

/** A star may also stand for nothing. */
function enter(at: number, parts: readonly string[], reached: Uint8Array): void {
  reached[at] = 1;
  if (parts[at] === '*' || parts[at] === '**') reached[at + 1] = 1;
}
