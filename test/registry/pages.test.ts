import { describe, expect, test } from 'vitest';
import { pageAfter, readPage } from '../../src/registry/pages.ts';

const current = new URL('https://r.example.com/v2/app/tags/list?n=2');

test('behind a page of 20 names or more may be another, that begins after the last', () => {
  const names = Array.from({ length: 20 }, (_, at) => `v${at}`);
  const next = new URL('?n=2&last=v19', current);
  expect(pageAfter(names, current)?.href).toBe(next.href);
  expect(pageAfter(names, next)).toBeNull();
  expect(pageAfter(names.slice(1), current)).toBeNull();
  expect(pageAfter([], current)).toBeNull();
});

describe('a page of names', () => {
  const read = (json: string): string[] => readPage(Buffer.from(json), 'tags', 'the list');
  test.each([
    ['{"tags":["a","b"]}', ['a', 'b']],
    ['{"name":"app","tags":null}', []],
  ])('%s', (json, names) => {
    expect(read(json)).toEqual(names);
  });
  test.each(['{}', '[]', '{"tags":"a"}', '{"tags":[1]}', 'tags', '', `{"tags":${'['.repeat(100)}${']'.repeat(100)}}`])(
    '%s is no list',
    (json) => {
      expect(() => read(json)).toThrow('is not a list that a registry gives');
    },
  );
});
