import { AssertImageError } from './errors.ts';

/** The part of a deadline that requests need. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  msLeft(): number;
  /** Tells those who begin more looks that the registry asks for fewer requests, and for a pause. */
  slowDown?(pauseMs: number): void;
}

/** What a look holds while it is in progress. */
export interface Lane {
  /** Over HTTP/1.1 each lane has its own connections. */
  readonly index: number;
  readonly slowDown?: TimeLimit['slowDown'];
}

const FIRST_LANE: Lane = { index: 0 };

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

  /** Index among the looks in progress. */
  readonly lane: number;
  readonly #slowDown: Lane['slowDown'];

  /** @param run the run's signal. When it aborts, so do requests that outlived their look. */
  constructor(timeoutMs: number, what: string, run?: AbortSignal, { index, slowDown }: Lane = FIRST_LANE) {
    this.lane = index;
    this.#slowDown = slowDown;
    const controller = new AbortController();
    const follow = (): void => controller.abort(run?.reason);
    run?.addEventListener('abort', follow, { once: true });
    if (run?.aborted) follow();
    this.signal = controller.signal;
    this.#end = () => {
      controller.abort(new AssertImageError('timeout', `${what} is over.`));
      // A run that waits for a day creates thousands of deadlines.
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

  /** This deadline, or `ms` from now, whichever is earlier. */
  atMost(ms: number): TimeLimit {
    const endsAtMs = performance.now() + ms;
    return {
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(ms)]),
      msLeft: () => Math.min(this.msLeft(), endsAtMs - performance.now()),
      slowDown: (pauseMs) => this.slowDown(pauseMs),
    };
  }

  slowDown(pauseMs: number): void {
    this.#slowDown?.(pauseMs);
  }

  /**
   * For synchronous work, during which the timer cannot fire.
   *
   * @throws AssertImageError `timeout`
   */
  assertLeft(): void {
    if (this.msLeft() <= 0) this.#expire();
    this.signal.throwIfAborted();
  }

  /** Waits for a promise until the deadline, even if the promise ignores the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    // If the deadline wins below, a later failure must not become an unhandled rejection.
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

  /** The look is over: abort its remaining requests. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#end();
  }
}
