/** More would queue on the registry's connection while their deadlines run; and registries limit requests per minute. */
export const LOOKS_AT_ONCE = 16;
/** Fewer would make a run of many images last for hours where each look waits for its time. */
const LEAST_AT_ONCE = 4;
/** What is under way together is answered within it. */
const BURST_MS = 300;

/** How many looks a registry bears at once, and when the next may begin. Times are of `performance.now()`. */
export class Pace {
  #atOnce = LOOKS_AT_ONCE;
  #pausedUntilMs = 0;
  #slowedAtMs = -Infinity;

  /** The registry asks for fewer requests: half as many looks from now on, and none before its pause is over. */
  slowDown(pauseMs: number, nowMs: number): void {
    // Refusals of requests that were under way together count once.
    if (!this.isPaused(nowMs) && nowMs - this.#slowedAtMs > BURST_MS) {
      this.#atOnce = Math.max(LEAST_AT_ONCE, Math.floor(this.#atOnce / 2));
      this.#slowedAtMs = nowMs;
    }
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
  }

  get atOnce(): number {
    return this.#atOnce;
  }

  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  isPaused(nowMs: number): boolean {
    return nowMs < this.#pausedUntilMs;
  }
}
