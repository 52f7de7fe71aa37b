import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { Fields } from '../../src/json/fields.ts';
import { parseStrictJson } from '../../src/json/strict-json.ts';

const parse = (text: string | Uint8Array): unknown =>
  parseStrictJson(typeof text === 'string' ? Buffer.from(text) : text, 'the document');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AssertImageError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('JSON that two clients could read in two ways is refused', () => {
  test.each([
    ['a name twice (M-21)', '{"a":1,"a":2}', 'ambiguous'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', 'ambiguous'],
    ['a name twice, deep down', '{"x":[{"y":{"a":1,"b":[],"a":{}}}]}', 'ambiguous'],
    ['a name twice behind a nested object', '{"a":{"b":1},"c":[1,{"b":2}],"a":3}', 'ambiguous'],
    ['an escaped quote in a name', '{"a\\"":1,"a\\"":2}', 'ambiguous'],
    ['a byte order mark (M-25)', '\ufeff{}', 'malformed'],
    ['invalid UTF-8 (M-25)', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed'],
    ['trailing data (H-6)', '{}{}', 'malformed'],
    ['a document that was cut short', '{"a":', 'malformed'],
    ['nothing', '', 'malformed'],
    ['a list', '[]', 'malformed'],
    ['null', 'null', 'malformed'],
    ['nesting without end', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'malformed'],
  ])('%s', (_, text, code) => {
    expect(codeOf(() => parse(text))).toBe(code);
  });

  test.each([
    ['the same name in two objects', '{"a":{"x":1},"b":{"x":2},"c":[{"x":1},{"x":2}]}'],
    ['a value that looks like a name', '{"a":"b","b":"a"}'],
    ['brackets and quotes in strings', '{"a":"}{][,\\"","b":"\\\\"}'],
    ['names that differ in case, which maps may have', '{"a":1,"A":2}'],
  ])('%s is read', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test('a message never quotes the text', () => {
    expect(() => parse('{"secret": hunter2}')).toThrow(/^the document is not valid JSON\.$/);
  });
});

describe('fields are those of the specification, by their exact names', () => {
  const fields = (text: string): Fields =>
    new Fields(JSON.parse(text) as never, 'it', ['config', 'Labels', 'size', 'digest', 'workingDir', 'list']);

  test.each([
    ['another case (M-22)', '{"Config":{}}'],
    ['another case beside the right one', '{"config":{},"CONFIG":{}}'],
    ['U+017F for s', '{"\u017fize":1}'],
    ['U+212A for k', '{"wor\u212aingDir":"/"}'],
  ])('%s is ambiguous', (_, text) => {
    expect(codeOf(() => fields(text))).toBe('ambiguous');
  });

  test('unknown names are allowed (M-23)', () => {
    expect(fields('{"other":1,"config":{}}').has('config')).toBe(true);
  });

  test.each(['{}', '{"Labels":null}', '{"Labels":{}}'])('%s has no labels (M-20)', (text) => {
    expect(fields(text).stringMap('Labels')).toEqual(new Map());
  });

  test.each(['{"Labels":[]}', '{"Labels":"a"}', '{"Labels":{"a":1}}', '{"Labels":{"a":[]}}'])(
    '%s is malformed',
    (text) => {
      expect(codeOf(() => fields(text).stringMap('Labels'))).toBe('malformed');
    },
  );

  test('__proto__ and constructor are labels like any other (M-24)', () => {
    const labels = fields('{"Labels":{"__proto__":"a","constructor":"b"}}').stringMap('Labels');
    expect([...labels]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(fields('{"Labels":{}}').stringMap('Labels').has('constructor')).toBe(false);
    expect(fields('{}').has('constructor')).toBe(false);
  });

  test.each(['9007199254740993', '-1', '1.5', '"1"', 'true'])('a size of %s is malformed (M-7)', (size) => {
    expect(codeOf(() => fields(`{"size":${size}}`).size('size'))).toBe('malformed');
  });
});
