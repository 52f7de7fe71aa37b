import { expect, test } from 'vitest';
import { parseChallenges } from '../../../src/registry/auth/challenge.ts';

const read = (headers: string | string[] | undefined): unknown =>
  parseChallenges(headers).map(({ authScheme, parameters }) => [authScheme, Object.fromEntries(parameters)]);

/** Vectors after regclient `internal/auth/auth_test.go` and the headers of real registries. */
test.each([
  [
    'a plain Bearer',
    'Bearer realm="https://a/t",service="s",scope="repository:a:pull"',
    [['bearer', { realm: 'https://a/t', service: 's', scope: 'repository:a:pull' }]],
  ],
  [
    'a quoted comma',
    'Bearer realm="https://a/t",scope="repository:a:pull,push"',
    [['bearer', { realm: 'https://a/t', scope: 'repository:a:pull,push' }]],
  ],
  [
    'two challenges in one header',
    'Bearer realm="a", Basic realm="b"',
    [
      ['bearer', { realm: 'a' }],
      ['basic', { realm: 'b' }],
    ],
  ],
  [
    'two headers',
    ['Basic realm="b"', 'Bearer realm="a"'],
    [
      ['basic', { realm: 'b' }],
      ['bearer', { realm: 'a' }],
    ],
  ],
  ['capitals', 'BaSiC ReAlM="x"', [['basic', { realm: 'x' }]]],
  ['white space around = and ,', 'Bearer realm = "a" ,  service= s', [['bearer', { realm: 'a', service: 's' }]]],
  ['an unquoted URL', 'Bearer realm=https://a/t,service=s', [['bearer', { realm: 'https://a/t', service: 's' }]]],
  ['backslash escapes', 'Basic realm="a\\"b\\\\c"', [['basic', { realm: 'a"b\\c' }]]],
  ['an empty value', 'Bearer realm="",service=""', [['bearer', { realm: '', service: '' }]]],
  ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
  [
    'a scheme alone in front of another',
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['leading and doubled commas', ', ,Basic realm="x",,service="y"', [['basic', { realm: 'x', service: 'y' }]]],
  ['a parameter twice: the first', 'Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
  ['an unclosed quote', 'Bearer realm="a', []],
  ['a missing comma', 'Bearer realm="a" service="b"', []],
  ['a fault behind a good challenge', 'Basic realm="a", Bearer realm="b', [['basic', { realm: 'a' }]]],
  ['nothing', '', []],
  ['no header', undefined, []],
])('%s', (_, headers, challenges) => {
  expect(read(headers)).toEqual(challenges);
});

test('a hostile header ends at once', () => {
  const started = performance.now();
  parseChallenges(`Bearer ${'a=b,'.repeat(4_000)}`);
  parseChallenges(`Bearer ${' '.repeat(16_000)}`);
  parseChallenges('a '.repeat(8_000));
  parseChallenges(`Bearer a="${'\\'.repeat(16_000)}`);
  expect(performance.now() - started).toBeLessThan(500);
});
