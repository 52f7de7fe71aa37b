import { setTimeout as sleep } from 'node:timers/promises';
import { Budget } from './budget.ts';
import { formatError } from './errors.ts';
import type { Surroundings } from './look.ts';
import type { Log } from './report/log.ts';
import { lookAtAll } from './select.ts';
import type { Verdict } from './verdict.ts';

/** Between two looks: soon at first, for most images arrive within a minute, then not a burden. */
const FIRST_PAUSE_MS = 2_000;
const GROWTH = 1.25;
const MAX_PAUSE_MS = 30_000;

/**
 * Looks at everything until it passes, or until `wait-timeout` is over. What cannot become better
 * by waiting ends it at once; a look that the deadline cut short does not count.
 */
export async function lookUntilPass(surroundings: Surroundings, log: Log): Promise<Verdict> {
  const { waitTimeoutMs, timeoutMs } = surroundings.settings;
  if (waitTimeoutMs === 0) return lookAtAll(surroundings, { timeoutMs, mode: 'once' }, log);
  const started = performance.now();
  const msLeft = (): number => started + waitTimeoutMs - performance.now();
  let completed: Verdict | null = null;
  for (let looks = 1, pause = FIRST_PAUSE_MS; ; looks += 1, pause = Math.min(pause * GROWTH, MAX_PAUSE_MS)) {
    const options = {
      timeoutMs: Math.min(timeoutMs, Math.max(msLeft(), 1)),
      mode: looks === 1 ? 'once' : 'again',
    } as const;
    const now = await lookAtAll({ ...surroundings, now: new Date(), budget: Budget.ofRound() }, options, log);
    const wasCut = now.result !== 'pass' && msLeft() <= 0 && now.looks.some(({ error }) => error?.code === 'timeout');
    completed = wasCut && completed !== null ? completed : now;
    const seconds = Math.round((performance.now() - started) / 1000);
    const errors = now.looks.flatMap(({ error }) => error ?? []);
    const next = Math.max(pause, ...errors.map(({ retryAfterMs }) => retryAfterMs ?? 0));
    const isFinal = now.result === 'pass' || errors.some((error) => !error.isTransient) || msLeft() <= next;
    if (isFinal) return { ...completed, waited: { seconds, looks } };
    log.line(`waiting, look ${looks} after ${seconds} s: ${missingStill(now)}`);
    await sleep(next, undefined, { signal: surroundings.registries.signal }).catch(() => {});
  }
}

/** What is still missing, in one line. */
function missingStill({ looks }: Verdict): string {
  const open = looks.filter(({ result }) => result !== 'pass');
  const [first] = open;
  const failed = first?.checks.find(({ holds }) => !holds);
  const text = first?.error ? formatError(first.error) : (failed?.message ?? 'not yet');
  return open.length > 1 ? `${text} (and ${open.length - 1} more images)` : text;
}
