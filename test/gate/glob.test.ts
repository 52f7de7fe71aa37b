import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatcher, MAX_REPOSITORY_CHARS, MAX_TAG_CHARS } from '../../src/gate/glob.ts';

const matches = (pattern: string, name: string): boolean => globMatcher(pattern, MAX_REPOSITORY_CHARS)(name);

describe('the three wildcards of the contract', () => {
  test.each([
    ['v*', 'v1.2.3', true],
    ['v*', 'v', true],
    ['v*', 'w1', false],
    ['v?', 'v1', true],
    ['v?', 'v', false],
    ['v?', 'v12', false],
    ['*', 'anything', true],
    ['*-arm64', 'v1-arm64', true],
    ['*-*', 'a-b-c', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['team/*', 'team/app', true],
    ['team/*', 'team/app/web', false],
    ['team/?', 'team//', false],
    ['te*app', 'team/app', false],
    ['team/**', 'team/app/web', true],
    ['team/**', 'team/', true],
    ['team/**', 'team', false],
    ['team/app**', 'team/app-web/x', true],
    ['a**', 'a/b/c', true],
    ['**', 'a/b/c', true],
    ['**app', 'team/web/app', true],
    ['a**b*c', 'a/x/bxc', true],
    ['a**b*c', 'a/x/bx/c', false],
    ['a***b', 'a/x/b', true],
    ['v1.0', 'v1.0', true],
    ['v1.0', 'v1x0', false],
    ['v[12]', 'v1', false],
    ['v{1,2}', 'v1', false],
    ['!v1', 'v2', false],
    ['+(a|b)', 'a', false],
    ['V*', 'v1', false],
    ['.*', '.hidden', true],
    ['*', '.hidden', true],
  ])('%s and %s: %s', (pattern, name, holds) => {
    expect(matches(pattern, name)).toBe(holds);
  });

  test('a name that is longer than any real one matches nothing', () => {
    expect(globMatcher('*', MAX_TAG_CHARS)('a'.repeat(128))).toBe(true);
    expect(globMatcher('*', MAX_TAG_CHARS)('a'.repeat(129))).toBe(false);
    expect(globMatcher('**', MAX_REPOSITORY_CHARS)('a'.repeat(256))).toBe(false);
  });

  test('as a regular expression would, for any pattern', () => {
    const names = string({ unit: constantFrom('a', 'b', '/', '-'), maxLength: 12 });
    const patterns = array(constantFrom('a', 'b', '/', '-', '*', '**', '?'), { maxLength: 8 });
    assert(
      property(patterns, names, (parts, name) => {
        const expression = parts
          .join('')
          .replaceAll(/\*+|\?/g, (wild) => (wild === '?' ? '[^/]' : wild === '*' ? '[^/]*' : '.*'));
        expect(matches(parts.join(''), name)).toBe(new RegExp(`^${expression}$`).test(name));
      }),
      { numRuns: 500 },
    );
  });

  test('in time that grows with the name, not with what it could have been', () => {
    const name = 'a-'.repeat(127);
    const started = performance.now();
    for (let at = 0; at < 2000; at += 1) expect(matches('*-*-*-*-*-*-b', name)).toBe(false);
    // 2,000 names of the greatest length: a matcher that goes back does not get through one of them.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
