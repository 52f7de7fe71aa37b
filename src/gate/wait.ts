import { setTimeout as sleep } from 'node:timers/promises';
import { RoundBudget } from '../base/budget.ts';
import { formatError } from '../base/errors.ts';
import { fillErrorHints, type Hints } from '../base/hints.ts';
import type { GateContext } from './context.ts';
import type { Log } from '../base/log.ts';
import { lookAtAll } from './round.ts';
import type { Look, Verdict } from './verdict.ts';

/** Short at first, since most images arrive within a minute. Longer later, to spare the registry. */
const FIRST_PAUSE_MS = 2_000;
const GROWTH = 1.25;
const MAX_PAUSE_MS = 30_000;

/** A look takes about as long as the last one did, and a margin for one that is slower. */
const MARGIN_MS = 250;
/** No look is begun with less. */
const MIN_LEFT_MS = 500;

/** The clock that waiting uses; tests replace it. */
export interface Clock {
  /** In milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One look at everything, which is cut short at `endsAtMs` of the clock. */
export type LookAt = (endsAtMs: number, mode: 'once' | 'again') => Promise<Verdict>;

export interface Patience {
  readonly waitTimeoutMs: number;
  readonly require: 'all' | 'any';
  /** How hints speak here; absent: with their marks. */
  readonly hints?: Hints;
}

/** Looks at everything until it passes, or until `wait-timeout` is over. */
export async function lookUntilPass(context: GateContext, log: Log): Promise<Verdict> {
  const { settings, registries } = context;
  const { timeoutMs } = settings;
  const clock: Clock = {
    now: () => performance.now(),
    sleep: (ms) => sleep(ms, undefined, { signal: registries.signal }).catch(() => {}),
  };
  // The last complete round is kept beside the one that is under way.
  const look: LookAt = (endsAtMs, mode) =>
    lookAtAll({ ...context, now: new Date(), budget: new RoundBudget(2) }, { timeoutMs, endsAtMs, mode }, log);
  return repeatUntilPass(look, { ...settings, hints: context.run.hints }, clock, (line) => log.progress(line));
}

/**
 * The last pause is cut so that one more look fits, and no look outlives the end. What cannot become better by waiting
 * ends it at once; a look that the end cut short does not count.
 */
export async function repeatUntilPass(
  look: LookAt,
  { waitTimeoutMs, require, hints }: Patience,
  clock: Clock,
  tell: (line: string) => void,
): Promise<Verdict> {
  const started = clock.now();
  const endsAtMs = started + waitTimeoutMs;
  let completed: Verdict | null = null;
  for (let looks = 1, pause = FIRST_PAUSE_MS; ; looks += 1, pause = Math.min(pause * GROWTH, MAX_PAUSE_MS)) {
    const begun = clock.now();
    const now = await look(endsAtMs, looks === 1 ? 'once' : 'again');
    const msLeft = endsAtMs - clock.now();
    const wasCut = now.result !== 'pass' && msLeft <= 0 && now.looks.some(({ error }) => error?.code === 'timeout');
    completed = wasCut && completed !== null ? completed : now;
    const seconds = Math.round((clock.now() - started) / 1000);
    const next = pauseBefore(now, pause, msLeft, clock.now() - begun + MARGIN_MS);
    if (now.result === 'pass' || canNeverPass(now, require) || next === null)
      return { ...completed, waited: { seconds, looks } };
    tell(`waiting, look ${looks} after ${seconds} s: ${missingStill(now, hints)}`);
    await clock.sleep(next);
  }
}

/** How long to wait for the next look, null where none fits any more. A registry that asks for a longer pause gets it. */
function pauseBefore({ looks }: Verdict, pause: number, msLeft: number, lookMs: number): number | null {
  const asked = Math.max(0, ...looks.map(({ error }) => error?.retryAfterMs ?? 0));
  if (asked >= msLeft || msLeft < MIN_LEFT_MS) return null;
  const latest = msLeft - lookMs;
  // The last look was slow, but the next may be fast. A look that is cut short does not count.
  if (latest <= 0) return Math.max(asked, Math.min(pause, msLeft / 2));
  // If only one more look fits, start it as late as possible.
  const isLast = latest < pause + lookMs;
  return Math.max(asked, isLast ? latest : pause);
}

/** Whether waiting is pointless. With `require: any`, all images must be hopeless; otherwise one is enough. */
function canNeverPass({ looks }: Verdict, require: 'all' | 'any'): boolean {
  const isForGood = ({ error }: Look): boolean => error !== null && !error.isTransient;
  return looks.length > 0 && (require === 'any' ? looks.every(isForGood) : looks.some(isForGood));
}

/** What is still missing, in one line. */
function missingStill({ looks }: Verdict, hints: Hints | undefined): string {
  const open = looks.filter(({ result }) => result !== 'pass');
  const [first] = open;
  const failed = first?.checks.find(({ holds }) => !holds);
  const error = first?.error && hints ? fillErrorHints(first.error, hints) : first?.error;
  const text = error ? formatError(error) : failed ? `${failed.message}.` : 'not yet';
  return open.length > 1 ? `${text} (and ${open.length - 1} more image${open.length === 2 ? '' : 's'})` : text;
}
