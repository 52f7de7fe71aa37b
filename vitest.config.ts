import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Scenarios spawn a process each; a loaded machine needs the room.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // They wait more than they compute: for timers, and for processes of theirs.
    maxWorkers: 3,
  },
});
