import { defineConfig } from 'vitest/config';

/**
 * What takes minutes: other programs, other versions of Node, networks of its own, thousands of random inputs, runs that wait
 * or fill the memory. `npm test` leaves it out, `npm run test:all` and CI do not.
 */
const SLOW = [
  'test/docker-registry/**/*.test.ts',
  'test/namespace/**/*.test.ts',
  'test/round-trips/**/*.test.ts',
  'test/package/**/*.test.ts',
  'test/fuzz/**/*.test.ts',
  'test/pages/heights.test.ts',
  'test/recipes.test.ts',
  'test/scenarios/{signed-attacks,signed-round-trips,rounds,resources,wait,deadlines,ends-in-time,faults,concurrency,rate-limits}.test.ts',
  'test/scenarios/{comment,contains-commit,patterns,who-is-asked,neighbours}.test.ts',
  'test/report/markdown/inert.test.ts',
  'test/ci/scenarios.test.ts',
];

/** Tables of pure files: what one file has loaded serves the next. */
const PURE = 'test/{base,expectations,image,inputs,json,reference,settings}/**/*.test.ts';

const shared = {
  // Scenarios spawn a process each; a loaded machine needs the room.
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    // They wait more than they compute: for timers, and for processes of theirs.
    maxWorkers: 4,
    projects: [
      { test: { ...shared, name: 'pure', include: [PURE], isolate: false } },
      {
        test: {
          ...shared,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', PURE, ...SLOW],
        },
      },
      { test: { ...shared, name: 'slow', include: SLOW } },
    ],
  },
});
