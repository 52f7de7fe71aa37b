import { setTimeout as sleep } from 'node:timers/promises';
import { formatError } from './errors.ts';
import { lookAt, type Surroundings } from './look.ts';
import { formatReference, type Reference } from './reference/reference.ts';
import type { Log } from './report/log.ts';
import type { Look } from './verdict.ts';

/** Between two looks: soon at first, for most images arrive within a minute, then not a burden. */
const FIRST_PAUSE_MS = 2_000;
const GROWTH = 1.5;
const MAX_PAUSE_MS = 30_000;

/**
 * Looks at one image until it passes, or until `wait-timeout` is over. What cannot become better by
 * waiting ends it at once; a look that the deadline cut short does not count.
 */
export async function lookUntilPass(reference: Reference, surroundings: Surroundings, log: Log): Promise<Look> {
  const { waitTimeoutMs, timeoutMs } = surroundings.settings;
  if (waitTimeoutMs === 0) return lookAt(reference, surroundings, { timeoutMs, isAgain: false });
  const started = performance.now();
  const msLeft = (): number => started + waitTimeoutMs - performance.now();
  let completed: Look | null = null;
  for (let looks = 1, pause = FIRST_PAUSE_MS; ; looks += 1, pause = Math.min(pause * GROWTH, MAX_PAUSE_MS)) {
    const limit = Math.min(timeoutMs, Math.max(msLeft(), 1));
    const look = await lookAt(
      reference,
      { ...surroundings, now: new Date() },
      { timeoutMs: limit, isAgain: completed !== null },
    );
    const wasCut = look.error?.code === 'timeout' && msLeft() <= 0;
    completed = wasCut && completed !== null ? completed : look;
    const seconds = Math.round((performance.now() - started) / 1000);
    const told = { ...completed, waited: { seconds, looks } };
    const next = Math.max(pause, look.error?.retryAfterMs ?? 0);
    if (look.result === 'pass' || (look.error && !look.error.isTransient) || msLeft() <= next) return told;
    log.line(`waiting, look ${looks} after ${seconds} s: ${formatReference(reference)}: ${missingStill(look)}`);
    await sleep(next, undefined, { signal: surroundings.registries.signal }).catch(() => {});
  }
}

/** What the image still lacks, in one line. */
function missingStill({ error, checks }: Look): string {
  if (error) return formatError(error);
  const failed = checks.filter(({ holds }) => !holds);
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `${failed[0]?.message ?? 'not yet'}${more}`;
}
