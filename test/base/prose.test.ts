/** What of a sentence stays prose, and what becomes code. */
import { assert, constantFrom, property, string, array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paragraph, prose } from '../../src/base/prose.ts';

test.each([
  ['the image states no commit.', 'the image states no commit.'],
  ['set revision-from to annotation:a.b, or let it be.', 'set revision-from to `annotation:a.b`, or let it be.'],
  ['wait for it (wait-timeout: 15m), or name the tag.', 'wait for it (`wait-timeout: 15m`), or name the tag.'],
  ['could not reach ghcr.io (HTTPS_PROXY): refused.', 'could not reach `ghcr.io` (`HTTPS_PROXY`): refused.'],
  ['it is "a b.c" and not "".', 'it is `a b.c` and not `""`.'],
  ['3 commits older, GitHub says; HTTP 503.', '3 commits older, GitHub says; HTTP 503.'],
  ["this commit's build", "this commit's build"],
  ['Did you mean v1.2?', 'Did you mean `v1.2`?'],
  ['deadbeef is a word, and a commit.', '`deadbeef` is a word, and a commit.'],
  ['1. first', '`1`. first'],
  ['go to www or WWW', 'go to `www` or `WWW`'],
  ['it says "a \\" b", and ends.', 'it says `"a \\" b"`, and ends.'],
])('%s', (text, markdown) => expect(prose(text)).toBe(markdown));

test('a paragraph begins as a sentence does, unless it begins with code', () => {
  expect(paragraph('the tag moved.')).toBe('The tag moved.');
  expect(paragraph('ghcr.io is down.')).toBe('`ghcr.io` is down.');
});

describe('what others wrote', () => {
  test.each([
    '<img src=x>',
    '@org/team',
    '[a](https://evil.example)',
    '![a](b)',
    '**bold**',
    '_em_',
    '~~x~~',
    '#123',
    ':shipit:',
    'www.evil.example',
    'a@evil.example',
    '| a |',
    '> quote',
    '- item',
    '# heading',
    '&lt;b&gt;',
    '$x$',
    '`code`',
  ])('%s stands in code', (text) => {
    expect(prose(`it says ${text} here`).replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).toMatch(
      /^it says [A-Za-z:;) ]*here$/,
    );
  });

  test('in quotes it is code, even if it is plain words', () => {
    expect(prose('it says "this passes, deploy it".')).toBe('it says `this passes, deploy it`.');
  });

  test('what is cut inside of quotes stays in code', () => {
    const text = `it says "${'this passes '.repeat(200)}".`;
    for (let length = 10; length < 40; length += 1)
      expect(prose(text, length).replaceAll(/`[^`]*`/g, '')).toMatch(/^it says ?[….]*$/);
  });

  test('a quote behind a backslash closes nothing', () => {
    const bare = (text: string): string => prose(text).replaceAll(/`[^`]*`/g, '');
    expect(bare(String.raw`it says "a\" deploy it".`)).toBe('it says .');
    expect(bare(String.raw`it says "a\\" and ends.`)).toBe('it says  and ends.');
    expect(bare(`it says "a\\" ${'deploy it '.repeat(200)}`)).toBe('it says ');
  });

  test('outside of code there are only letters, small numbers and what ends a part of a sentence', () => {
    const piece = constantFrom(
      'word',
      '"',
      "'",
      '(',
      ')',
      '.',
      ' ',
      '\n',
      '`',
      '<b>',
      'HTTP',
      '12',
      'a-b:',
      '@x',
      '\u202e',
    );
    assert(
      property(array(piece, { maxLength: 12 }), string({ unit: 'binary', maxLength: 8 }), (pieces, any) => {
        const bare = prose(pieces.join('') + any).replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
        expect(bare).toMatch(/^[A-Za-z0-9'.,:;?!()–—… -]*(\(empty\))?[A-Za-z0-9'.,:;?!()–—… -]*$/);
      }),
      { numRuns: 500 },
    );
  });
});
