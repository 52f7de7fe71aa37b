/** Which test names which case of the catalogue's sections 2 (A), 3 (R) and 5 (H). */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './runner.ts';

const RANGES = { A: 27, R: 14, H: 20 } as const;

/** Cases that no test names, and why. */
export const NOT_MET: Readonly<Record<string, string>> = {
  'A-12':
    'A way, not a case: GET with Basic is what every test of user and password asserts; offline_token is never sent.',
  'R-1': 'The rule itself; R-2 to R-5 are its tests.',
  'R-4': 'About undici interceptors, which are not used: redirects are followed by hand (redirects.ts).',
  'H-15': 'Expiry is counted from when a token arrived, by our own monotonic clock: no other clock is read.',
};

/** Places outside of test titles where a case is asserted, by file. */
const files = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => file !== 'test/cases.test.ts');
export const byCase = new Map<string, Set<string>>();
for (const file of files) {
  for (const [id] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\b[ARH]-[0-9]{1,2}\b/g)) {
    byCase.set(id, (byCase.get(id) ?? new Set()).add(file));
  }
}

export const all = Object.entries(RANGES).flatMap(([letter, last]) =>
  Array.from({ length: last }, (_, at) => `${letter}-${at + 1}`),
);

/** test/cases.md. */
export function formatCases(): string {
  const rows = all.map(
    (id) => `- ${id}: ${[...(byCase.get(id) ?? [])].toSorted().join(', ') || `not met. ${NOT_MET[id] ?? ''}`}`,
  );
  return [
    '# Cases of the catalogue, and their tests',
    '',
    'Made by `npm run cases`; a test compares. A stands for authentication, R for redirects, H for HTTP.',
    '',
    ...rows,
    '',
  ].join('\n');
}
