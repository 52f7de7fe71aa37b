/**
 * Every case of the catalogue's sections 2 (A), 3 (R) and 5 (H) has a test that names it, or a
 * line in support/cases.ts that says why this action cannot meet it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { all, byCase, formatCases, NOT_MET } from './support/cases.ts';
import { ROOT } from './support/runner.ts';

describe('each case is tested, or said not to be met', () => {
  test.each(all)('%s', (id) => {
    const isTested = byCase.has(id);
    const reason = NOT_MET[id];
    expect(isTested || reason !== undefined, `no test names ${id}`).toBe(true);
    expect(isTested && reason !== undefined, `${id} is tested, so it needs no reason`).toBe(false);
  });
});

test('no test names a case that is not in the catalogue', () => {
  expect([...byCase.keys()].filter((id) => !all.includes(id))).toEqual([]);
});

test('test/cases.md is that table', () => {
  expect(readFileSync(path.join(ROOT, 'test/cases.md'), 'utf8')).toBe(formatCases());
});
