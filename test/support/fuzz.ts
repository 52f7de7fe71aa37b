/**
 * How long to fuzz. In `npm test` a few runs from a fixed seed, so that it is the same everywhere; `npm run fuzz`
 * takes a seed of the day, prints it, and goes on for longer.
 */
import type { Parameters } from 'fast-check';

const FACTOR = Number(process.env['FUZZ_FACTOR'] ?? 1);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Of one property; a run that has begun is finished. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 20);

/** @param runs of a short run */
export function bounded<T = unknown>(runs: number): Parameters<T> {
  return {
    numRuns: runs * FACTOR,
    seed: SEED,
    interruptAfterTimeLimit: SECONDS * 1000,
    markInterruptAsFailure: false,
    endOnFailure: FACTOR === 1,
  };
}

/** For vitest: longer than a property may take. */
export const FUZZ_TIMEOUT_MS = (SECONDS + 60) * 1000;
