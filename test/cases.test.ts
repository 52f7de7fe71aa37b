/**
 * Every case of the catalogue's sections 2 (A), 3 (R) and 5 (H) has a test that names it, or a
 * line here that says why this action cannot meet it. `npm run cases` prints the table.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './support/runner.ts';

const RANGES = { A: 27, R: 14, H: 20 } as const;

/** Cases that no test names, and why. */
const NOT_MET: Readonly<Record<string, string>> = {
  'A-12':
    'A way, not a case: GET with Basic is what every test of user and password asserts; offline_token is never sent.',
  'R-1': 'The rule itself; R-2 to R-5 are its tests.',
  'R-4': 'About undici interceptors, which are not used: redirects are followed by hand (redirects.ts).',
  'H-15': 'Expiry is counted from when a token arrived, by our own monotonic clock: no other clock is read.',
  'H-19': 'Waiting for a tag is the input wait-timeout, of a later change; without it a missing tag is missing.',
};

/** Places outside of test titles where a case is asserted, by file. */
const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => file !== 'test/cases.test.ts');
const byCase = new Map<string, Set<string>>();
for (const file of files) {
  for (const [id] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\b[ARH]-[0-9]{1,2}\b/g)) {
    byCase.set(id, (byCase.get(id) ?? new Set()).add(file));
  }
}

const all = Object.entries(RANGES).flatMap(([letter, last]) =>
  Array.from({ length: last }, (_, at) => `${letter}-${at + 1}`),
);

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
