import { describe, expect, test } from 'vitest';
import { isAbout, parseStatement } from '../../src/provenance/statement.ts';

const HEX = 'ab'.repeat(32);
const parse = (value: unknown): ReturnType<typeof parseStatement> =>
  parseStatement(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), 'the statement');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  predicateType: 'p',
  subject: [{ name: 'x', digest: { sha256: HEX } }],
  predicate: { a: 1 },
};

describe('an in-toto statement', () => {
  test.each(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'])('%s', (_type) => {
    expect(parse({ ...statement, _type })).toEqual({ predicateType: 'p', subjects: [HEX], predicate: { a: 1 } });
  });

  test('subjects: all, and only by a whole sha256', () => {
    const subject = [
      { digest: { sha256: HEX } },
      { digest: { sha1: 'ab' } },
      { digest: { sha256: HEX.toUpperCase() } },
      { digest: { sha256: `${HEX}0` } },
      { digest: { sha256: `x${HEX}` } },
      { name: 'none' },
      { digest: { sha256: 'cd'.repeat(32) } },
    ];
    expect(parse({ ...statement, subject }).subjects).toEqual([HEX, 'cd'.repeat(32)]);
    expect(parse({ ...statement, subject: undefined }).subjects).toEqual([]);
    expect(parse({ ...statement, predicateType: undefined }).predicateType).toBe('');
  });

  test.each([
    [
      'a version that is not known',
      { ...statement, _type: 'https://in-toto.io/Statement/v2' },
      'not an in-toto statement',
    ],
    ['no type', { ...statement, _type: undefined }, 'not an in-toto statement'],
    ['a longer type', { ...statement, _type: 'https://in-toto.io/Statement/v1x' }, 'not an in-toto statement'],
    ['no JSON', 'no', 'the statement'],
    ['a name twice', '{"_type":"https://in-toto.io/Statement/v1","subject":[],"subject":[]}', 'subject'],
    ['a second spelling', { ...statement, Subject: [] }, 'Subject'],
    ['a second spelling in a subject', { ...statement, subject: [{ Digest: {} }] }, 'subject 1 of the statement'],
    ['subjects that are no list', { ...statement, subject: {} }, 'subject'],
  ])('%s', (_, value, message) => expect(() => parse(value)).toThrow(message));
});

test('about a digest: whole, and of this algorithm', () => {
  expect(isAbout({ subjects: ['cd', HEX] }, `sha256:${HEX}`)).toBe(true);
  expect(isAbout({ subjects: [HEX] }, `sha512:${HEX}`)).toBe(false);
  expect(isAbout({ subjects: ['ab'] }, `sha256:${HEX}`)).toBe(false);
  expect(isAbout({ subjects: [] }, `sha256:${HEX}`)).toBe(false);
});
