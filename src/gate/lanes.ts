import type { Log } from '../base/log.ts';
import type { Look } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;
const MAX_LANES = 16;

/**
 * Runs looks in parallel. Each look holds a lane, and with it the lane's connections. Eight run at once, and one more of
 * each registry that has none in progress: a registry that never answers must not delay images of another.
 */
export class Lanes {
  readonly #waiting: { readonly registry: string; readonly start: () => void }[] = [];
  readonly #inProgress = new Map<string, number>();
  readonly #free = [...Array(MAX_LANES).keys()];
  readonly #log: Log;
  readonly #ownsProcess: boolean;
  #expected = 0;
  #done = 0;
  #toldAt = performance.now();

  /** @param ownsProcess whether V8 may be told to collect more often */
  constructor(log: Log, ownsProcess: boolean) {
    this.#log = log;
    this.#ownsProcess = ownsProcess;
  }

  /** Announces that many more looks. */
  async expect(looks: number): Promise<void> {
    const before = this.#expected;
    this.#expected += looks;
    if (this.#ownsProcess && before <= LOOKS_AT_ONCE && this.#expected > LOOKS_AT_ONCE) await collectOften();
  }

  async look(registry: string, make: (lane: number) => Promise<Look>): Promise<Look> {
    await new Promise<void>((start) => {
      this.#waiting.push({ registry, start });
      this.#startNext();
    });
    const lane = this.#free.shift() as number;
    try {
      return await make(lane);
    } finally {
      this.#free.unshift(lane);
      this.#count(registry, -1);
      this.#startNext();
      this.#tell();
    }
  }

  /** Starts the first look in the queue that may run now. */
  #startNext(): void {
    const running = [...this.#inProgress.values()].reduce((sum, count) => sum + count, 0);
    const mayStart = (registry: string): boolean =>
      running < LOOKS_AT_ONCE || (running < MAX_LANES && (this.#inProgress.get(registry) ?? 0) === 0);
    const at = this.#waiting.findIndex(({ registry }) => mayStart(registry));
    const [next] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) return;
    this.#count(next.registry, 1);
    next.start();
  }

  #count(registry: string, change: 1 | -1): void {
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
