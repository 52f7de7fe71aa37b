import type { Log } from '../base/log.ts';
import { Turns } from '../base/turns.ts';
import type { Look } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;
const PROGRESS_EVERY_MS = 5_000;

/** Runs looks in parallel. Each look holds a lane, and with it the lane's connections. */
export class Lanes {
  readonly #turns = new Turns(LOOKS_AT_ONCE);
  readonly #free = [...Array(LOOKS_AT_ONCE).keys()];
  readonly #log: Log;
  #expected = 0;
  #done = 0;
  #toldAt = performance.now();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Announces that many more looks. */
  async expect(looks: number): Promise<void> {
    const before = this.#expected;
    this.#expected += looks;
    if (before <= LOOKS_AT_ONCE && this.#expected > LOOKS_AT_ONCE) await collectOften();
  }

  async look(make: (lane: number) => Promise<Look>): Promise<Look> {
    await this.#turns.take();
    const lane = this.#free.shift() as number;
    try {
      return await make(lane);
    } finally {
      this.#free.unshift(lane);
      this.#turns.giveBack();
      this.#tell();
    }
  }

  /** Logs progress every few seconds. */
  #tell(): void {
    this.#done += 1;
    const left = this.#expected - this.#done;
    if (performance.now() - this.#toldAt <= PROGRESS_EVERY_MS || left === 0) return;
    this.#toldAt = performance.now();
    this.#log.line(`${this.#done} of ${this.#expected} images read, ${left} left`);
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
