/** Waiting by a virtual clock: what is there in time is seen, and nothing goes on behind the end. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { parseReference } from '../../src/reference/reference.ts';
import { judge, type Look, type Verdict } from '../../src/gate/verdict.ts';
import { repeatUntilPass } from '../../src/gate/wait.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';

const reference = parseReference('registry.example.com/app:main');
const asked = { kind: 'reference' as const, registry: reference.registry, reference };
const EMPTY = {
  asked,
  reference,
  image: null,
  isTold: false,
  revisions: new Map<string, string>(),
  checks: [],
  notices: [],
  provenance: null,
  isUnproven: false,
};
const error = (code: 'missing' | 'timeout' | 'rate-limited' | 'denied', retryAfterMs?: number): Look => ({
  ...EMPTY,
  result: code === 'missing' ? 'missing' : 'error',
  error: new AssertImageError(code, 'not yet', { retryAfterMs }),
});
const pass: Look = { ...EMPTY, result: 'pass', error: null };
const fail: Look = { ...EMPTY, result: 'fail', error: null };

interface World {
  readonly waitTimeoutMs: number;
  /** How long each look takes; the last of them goes on. */
  readonly lookMs: readonly number[];
  readonly before: () => Look;
  readonly arrivesAtMs: number;
  readonly require?: 'all' | 'any';
}

interface Waiting {
  readonly verdict: Verdict;
  readonly endedAtMs: number;
  readonly beganAtMs: readonly number[];
}

/** A look sees what is there when it begins, and is cut by the end as a real one is. */
async function waitIn({ waitTimeoutMs, lookMs, before, arrivesAtMs, require = 'all' }: World): Promise<Waiting> {
  let now = 0;
  const beganAtMs: number[] = [];
  const look = async (endsAtMs: number): Promise<Verdict> => {
    const found = now >= arrivesAtMs ? pass : before();
    const duration = lookMs[Math.min(beganAtMs.length, lookMs.length - 1)] as number;
    beganAtMs.push(now);
    const isCut = now + duration > endsAtMs;
    now = Math.min(now + duration, Math.max(endsAtMs, now));
    return judge([isCut ? error('timeout') : found], require);
  };
  const sleep = async (ms: number): Promise<void> => {
    if (!(ms >= 0)) throw new Error(`slept ${ms} ms`);
    now += ms;
  };
  const verdict = await repeatUntilPass(look, { waitTimeoutMs, require }, { now: () => now, sleep }, () => {});
  return { verdict, endedAtMs: now, beganAtMs };
}

const seconds = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min: min * 1000, max: max * 1000 });
const notYet = fc.constantFrom(
  () => error('missing'),
  () => fail,
  () => error('rate-limited'),
);

test(
  'an image that is there early enough for one look is seen, after anything else',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        seconds(1, 900),
        fc.integer({ min: 0, max: 20_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        notYet,
        async (waitTimeoutMs, lookMs, share, before) => {
          // A quarter of a second for a look that is slower than the one before.
          const latest = waitTimeoutMs - lookMs - 250;
          // Else the first look is the only one that fits.
          fc.pre(latest > lookMs + 250);
          const { verdict } = await waitIn({ waitTimeoutMs, lookMs: [lookMs], before, arrivesAtMs: latest * share });
          expect(verdict.result).toBe('pass');
        },
      ),
      bounded(400),
    );
  },
  FUZZ_TIMEOUT_MS,
);

test(
  'nothing goes on behind the end, and the last look that was completed decides',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        seconds(1, 900),
        fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined }),
        async (waitTimeoutMs, lookMs, retryAfterMs) => {
          const before = (): Look => error('rate-limited', retryAfterMs);
          const { verdict, endedAtMs, beganAtMs } = await waitIn({
            waitTimeoutMs,
            lookMs,
            before,
            arrivesAtMs: Infinity,
          });
          expect(endedAtMs).toBeLessThanOrEqual(waitTimeoutMs);
          for (const [at, began] of beganAtMs.entries())
            if (at > 0 && retryAfterMs !== undefined)
              expect(began - (beganAtMs[at - 1] as number)).toBeGreaterThanOrEqual(retryAfterMs);
          const firstWasCut = (lookMs[0] as number) > waitTimeoutMs;
          expect(verdict.looks[0]?.error?.code).toBe(firstWasCut ? 'timeout' : 'rate-limited');
          expect(verdict.waited?.looks).toBe(beganAtMs.length);
        },
      ),
      bounded(400),
    );
  },
  FUZZ_TIMEOUT_MS,
);

test('what can never pass ends it at once, but where another may still be enough', async () => {
  const denied = (): Look => error('denied');
  const world = { waitTimeoutMs: 60_000, lookMs: [100], before: denied, arrivesAtMs: 10_000 };
  expect((await waitIn(world)).beganAtMs).toEqual([0]);
  const two = async (require: 'all' | 'any'): Promise<number> => {
    let now = 0;
    let looks = 0;
    const look = async (): Promise<Verdict> =>
      judge([error('denied'), (looks += 1) > 3 ? pass : error('missing')], require);
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    await repeatUntilPass(look, { waitTimeoutMs: 60_000, require }, { now: () => now, sleep }, () => {});
    return looks;
  };
  expect(await two('all')).toBe(1);
  expect(await two('any')).toBe(4);
});
