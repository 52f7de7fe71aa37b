/**
 * In words of our own: the library quotes what it worked on, which may be a variable's value or the
 * build history. A missing key is named where the author has written it.
 */
export function explainCause(message: string, source: string): string {
  const key = /^(?:field not found|no such key): (.*)$/s.exec(message)?.[1];
  if (key !== undefined && source.includes(`run.${key}`)) return `this run says no ${key}; ask has(run.${key}) first`;
  if (key !== undefined)
    return source.includes(key)
      ? `there is no ${key} in this image; where it may be absent, ask has(…) first`
      : 'a key is missing';
  const known = CAUSES.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? 'an operation on it fails';
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/no matching overload/, 'an operator or a function does not take values of these types'],
  [/parsing regexp/, 'a pattern is not valid RE2'],
  [/divi(de|sion)|modulus/, 'division by zero'],
  [/index|range|bounds/, 'an index or a number is out of range'],
];
