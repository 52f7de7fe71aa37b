import { setTimeout as sleep } from 'node:timers/promises';
import { Budget } from './budget.ts';
import { formatError } from './errors.ts';
import type { Surroundings } from './look.ts';
import type { Log } from './report/log.ts';
import { lookAtAll } from './select.ts';
import type { Look, Verdict } from './verdict.ts';

/** Between two looks: soon at first, for most images arrive within a minute, then not a burden. */
const FIRST_PAUSE_MS = 2_000;
const GROWTH = 1.25;
const MAX_PAUSE_MS = 30_000;

/** A look takes about as long as the last one did, and a margin for one that is slower. */
const MARGIN_MS = 250;

/**
 * Looks at everything until it passes, or until `wait-timeout` is over. The last pause is cut so that one more look
 * fits, and no look outlives the end. What cannot become better by waiting ends it at once; a look that the end cut
 * short does not count.
 */
export async function lookUntilPass(surroundings: Surroundings, log: Log): Promise<Verdict> {
  const { waitTimeoutMs, timeoutMs } = surroundings.settings;
  if (waitTimeoutMs === 0) return lookAtAll(surroundings, { timeoutMs, mode: 'once' }, log);
  const started = performance.now();
  const endsAtMs = started + waitTimeoutMs;
  let completed: Verdict | null = null;
  for (let looks = 1, pause = FIRST_PAUSE_MS; ; looks += 1, pause = Math.min(pause * GROWTH, MAX_PAUSE_MS)) {
    const begun = performance.now();
    const options = { timeoutMs, endsAtMs, mode: looks === 1 ? 'once' : 'again' } as const;
    const now = await lookAtAll({ ...surroundings, now: new Date(), budget: Budget.ofRound() }, options, log);
    const msLeft = endsAtMs - performance.now();
    const wasCut = now.result !== 'pass' && msLeft <= 0 && now.looks.some(({ error }) => error?.code === 'timeout');
    completed = wasCut && completed !== null ? completed : now;
    const seconds = Math.round((performance.now() - started) / 1000);
    const next = pauseBefore(now, pause, msLeft, performance.now() - begun + MARGIN_MS);
    const isHopeless = canNeverPass(now, surroundings.settings.require);
    if (now.result === 'pass' || isHopeless || next === null) return { ...completed, waited: { seconds, looks } };
    log.line(`waiting, look ${looks} after ${seconds} s: ${missingStill(now)}`);
    await sleep(next, undefined, { signal: surroundings.registries.signal }).catch(() => {});
  }
}

/** How long to wait for the next look, null where none fits any more. A registry that asks for a longer pause gets it. */
function pauseBefore({ looks }: Verdict, pause: number, msLeft: number, lookMs: number): number | null {
  const asked = Math.max(0, ...looks.map(({ error }) => error?.retryAfterMs ?? 0));
  if (asked >= msLeft || msLeft <= lookMs) return null;
  return Math.max(asked, Math.min(pause, msLeft - lookMs));
}

/** Whether waiting is of no use: one that can never be read decides, but where another may still be enough. */
function canNeverPass({ looks }: Verdict, require: 'all' | 'any'): boolean {
  const isForGood = ({ error }: Look): boolean => error !== null && !error.isTransient;
  return looks.length > 0 && (require === 'any' ? looks.every(isForGood) : looks.some(isForGood));
}

/** What is still missing, in one line. */
function missingStill({ looks }: Verdict): string {
  const open = looks.filter(({ result }) => result !== 'pass');
  const [first] = open;
  const failed = first?.checks.find(({ holds }) => !holds);
  const text = first?.error ? formatError(first.error) : (failed?.message ?? 'not yet');
  return open.length > 1 ? `${text} (and ${open.length - 1} more images)` : text;
}
