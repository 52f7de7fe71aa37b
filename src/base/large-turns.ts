import { Turns } from './turns.ts';

/** A large image that takes longer has stalled. */
const PATIENCE_MS = 5_000;

/** Those who are large wait here; what they get ends their turn. */
export interface Queue {
  take(): Promise<() => void>;
}

/**
 * Large images have a turn each. One of them, once it has stalled, passes its turn on and goes on beside the next: a
 * registry that stalls must not use up the time of other images. A second one that stalls keeps its turn.
 */
export class LargeTurns implements Queue {
  readonly #turns = new Turns(1);
  #hasStalled = false;

  /** Settles when it is this image's turn; the function that it gives ends the turn. */
  async take(): Promise<() => void> {
    await this.#turns.take();
    let state: 'holds' | 'stalled' | 'over' = 'holds';
    const timer = setTimeout(() => {
      if (state !== 'holds' || this.#hasStalled) return;
      this.#hasStalled = true;
      state = 'stalled';
      this.#turns.giveBack();
    }, PATIENCE_MS);
    timer.unref();
    return () => {
      clearTimeout(timer);
      if (state === 'holds') this.#turns.giveBack();
      if (state === 'stalled') this.#hasStalled = false;
      state = 'over';
    };
  }
}
