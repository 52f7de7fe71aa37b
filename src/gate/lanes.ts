import type { Lane } from '../base/deadline.ts';
import type { Log } from '../base/log.ts';
import { LOOKS_AT_ONCE, Pace } from './pace.ts';
import type { Look } from './verdict.ts';

/** With those that run beside others, because their registry has none in progress. */
const MAX_LANES = 24;
/** So many images leave garbage that is worth collecting early. */
const MANY = 8;

interface LanesOptions {
  /** Whether V8 may be told to collect more often. */
  readonly ownsProcess: boolean;
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
  /** By `performance.now()`; no pause outlives it. */
  readonly endsAtMs?: number | undefined;
}

/**
 * Runs looks in parallel. Each look holds a lane, and with it the lane's connections. Sixteen run at once, and one more
 * of each registry that has none in progress: a registry that never answers must not delay images of another. A
 * registry that asks for fewer requests gets fewer looks.
 */
export class Lanes {
  readonly #waiting: { readonly registry: string; readonly start: () => void }[] = [];
  readonly #inProgress = new Map<string, number>();
  readonly #paces = new Map<string, Pace>();
  readonly #free = [...Array(MAX_LANES).keys()];
  readonly #log: Log;
  readonly #options: LanesOptions;
  #running = 0;
  #expected = 0;
  #done = 0;
  #toldAt = performance.now();
  #cancel = (): void => {};

  constructor(log: Log, options: LanesOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Announces that many more looks. */
  async expect(looks: number): Promise<void> {
    const before = this.#expected;
    this.#expected += looks;
    if (this.#options.ownsProcess && before <= MANY && this.#expected > MANY) await collectOften();
  }

  async look(registry: string, make: (lane: Lane) => Promise<Look>): Promise<Look> {
    await new Promise<void>((start) => {
      this.#waiting.push({ registry, start });
      this.#startAll();
    });
    const index = this.#free.shift() as number;
    try {
      return await make({ index, slowDown: (pauseMs) => this.#slowDown(registry, pauseMs) });
    } finally {
      this.#free.unshift(index);
      this.#count(registry, -1);
      this.#startAll();
      this.#tell();
    }
  }

  /** Starts the looks that may run now, in the order of the queue. */
  #startAll(): void {
    // One time for both, or a look that a moment ago might not start would not be started later, either.
    const nowMs = performance.now();
    for (;;) {
      const at = this.#waiting.findIndex(({ registry }) => this.#mayStart(registry, nowMs));
      const [next] = at === -1 ? [] : this.#waiting.splice(at, 1);
      if (next === undefined) break;
      this.#count(next.registry, 1);
      next.start();
    }
    this.#startLater(nowMs);
  }

  /** Starts what waits for a pause when that is over; all looks of that registry may have ended by then. */
  #startLater(nowMs: number): void {
    this.#cancel();
    const { signal, endsAtMs = Infinity } = this.#options;
    const waiting = new Set(this.#waiting.map(({ registry }) => this.#paces.get(registry)?.pausedUntilMs ?? 0));
    const pauses = [...waiting].filter((untilMs) => untilMs > nowMs);
    if (pauses.length === 0 || nowMs >= endsAtMs) return;
    const start = (): void => this.#startAll();
    const timer = setTimeout(start, Math.min(...pauses, endsAtMs) - nowMs + 1);
    signal.addEventListener('abort', start, { once: true });
    this.#cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', start);
    };
  }

  #mayStart(registry: string, nowMs: number): boolean {
    const ofRegistry = this.#inProgress.get(registry) ?? 0;
    if (this.#running >= LOOKS_AT_ONCE && (this.#running >= MAX_LANES || ofRegistry > 0)) return false;
    const { signal, endsAtMs = Infinity } = this.#options;
    const pace = this.#paces.get(registry);
    if (pace === undefined || signal.aborted || nowMs >= endsAtMs) return true;
    return ofRegistry < pace.atOnce && !pace.isPaused(nowMs);
  }

  #slowDown(registry: string, pauseMs: number): void {
    const pace = this.#paces.get(registry) ?? new Pace();
    this.#paces.set(registry, pace);
    pace.slowDown(pauseMs, performance.now());
    this.#startAll();
  }

  #count(registry: string, change: 1 | -1): void {
    this.#running += change;
    this.#inProgress.set(registry, (this.#inProgress.get(registry) ?? 0) + change);
  }

  /** Logs progress every now and then. */
  #tell(): void {
    this.#done += 1;
    const left = this.#expected - this.#done;
    if (performance.now() - this.#toldAt <= this.#log.progressEveryMs || left === 0) return;
    this.#toldAt = performance.now();
    this.#log.progress(`${this.#done} of ${this.#expected} images read, ${left} left`);
  }
}

/**
 * V8 lets the garbage of many images and lists grow to 100 MiB and more before it looks: a thousand took 320 MiB, and 210 with
 * this, in the same time. It reads the flag whenever it thinks of growing, so that it may be set late; loading
 * node:v8 takes 3 ms, which a single image does not need.
 */
export async function collectOften(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
}
