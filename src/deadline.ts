import { AssertImageError } from './errors.ts';

/**
 * The time that one look may take. The timer keeps the process alive on purpose: a stalled socket
 * would otherwise let the event loop drain (catalogue S-20).
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #endsAtMs: number;
  readonly #timer: NodeJS.Timeout;

  /** @param run aborts with it, also after the look: requests that nobody waits for any more end then */
  constructor(timeoutMs: number, what: string, run?: AbortSignal) {
    const controller = new AbortController();
    run?.addEventListener('abort', () => controller.abort(run.reason), { once: true });
    this.signal = controller.signal;
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => {
      controller.abort(
        new AssertImageError('timeout', `no answer within ${timeoutMs / 1000} s: ${what}.`, {
          hint: 'Is the registry slow or unreachable from this runner? The input timeout sets the limit.',
        }),
      );
    }, timeoutMs);
  }

  msLeft(): number {
    return this.#endsAtMs - performance.now();
  }

  /** Waits for a promise, but no longer than the deadline: also where it does not listen to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    // Nobody may wait for it below: then its failure must not end the process as an unhandled one.
    work.catch(() => {});
    this.signal.throwIfAborted();
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

  clear(): void {
    clearTimeout(this.#timer);
  }
}
