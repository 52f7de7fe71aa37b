import { AssertImageError } from './errors.ts';

/** What of a deadline those need who only ask and wait. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  msLeft(): number;
}

/**
 * The time that one look may take. The timer keeps the process alive on purpose: a stalled socket
 * would otherwise let the event loop drain (Node ends with 0 then).
 */
export class Deadline implements TimeLimit {
  readonly signal: AbortSignal;
  readonly #endsAtMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #expire: () => void;
  readonly #end: () => void;

  /** Of the look, among those that are under way at once: each has its own connections where they cannot be shared. */
  readonly lane: number;

  /** @param run aborts with it, also after the look: requests that are not waited for any more end then */
  constructor(timeoutMs: number, what: string, run?: AbortSignal, lane = 0) {
    this.lane = lane;
    const controller = new AbortController();
    const follow = (): void => controller.abort(run?.reason);
    run?.addEventListener('abort', follow, { once: true });
    this.signal = controller.signal;
    this.#end = () => {
      controller.abort(new AssertImageError('timeout', `${what} is over.`));
      // A run that waits for a day makes thousands of these.
      run?.removeEventListener('abort', follow);
    };
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#expire = () =>
      controller.abort(
        new AssertImageError('timeout', `no answer within ${timeoutMs / 1000} s: ${what}.`, {
          hint: 'Is the registry slow or unreachable from this runner? The input timeout sets the limit.',
        }),
      );
    this.#timer = setTimeout(this.#expire, timeoutMs);
  }

  msLeft(): number {
    return this.#endsAtMs - performance.now();
  }

  /** This deadline, or so many milliseconds from now, whichever is earlier. */
  atMost(ms: number): TimeLimit {
    const endsAtMs = performance.now() + ms;
    return {
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(ms)]),
      msLeft: () => Math.min(this.msLeft(), endsAtMs - performance.now()),
    };
  }

  /**
   * For work that gives the timer no chance to run.
   *
   * @throws AssertImageError `timeout`
   */
  assertLeft(): void {
    if (this.msLeft() <= 0) this.#expire();
    this.signal.throwIfAborted();
  }

  /** Waits for a promise, but no longer than the deadline: also where it does not listen to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    // Nobody may wait for it below: then its failure must not end the process as an unhandled one.
    work.catch(() => {});
    this.assertLeft();
    let onAbort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.signal.reason as Error);
      this.signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
    }
  }

  /** The look is over: what it asked for and does not wait for any more ends. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#end();
  }
}
