import picomatch from 'picomatch';

/** Only `*`, `**` and `?` are special: tags and repositories may hold no other character that a glob library knows. */
const OPTIONS = {
  dot: true,
  noext: true,
  nobrace: true,
  nobracket: true,
  nonegate: true,
  noquantifiers: true,
  nocase: false,
};

/** The names that a pattern selects, in the order of the registry, each once. */
export function selectNames(names: readonly string[], pattern: string): string[] {
  const matches = picomatch(pattern, OPTIONS);
  return [...new Set(names)].filter((name) => matches(name));
}
