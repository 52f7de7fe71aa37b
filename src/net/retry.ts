import { setTimeout as sleep } from 'node:timers/promises';
import type { TimeLimit } from '../base/deadline.ts';
import { AssertImageError, type ErrorCode } from '../base/errors.ts';

/** Statuses that a later request may not see again. Source: go-containerregistry, pkg/v1/remote/transport/retry.go; oras-go, retry/policy.go. */
export const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 499, 500, 502, 503, 504, 522]);
const RETRIED_CODES: ReadonlySet<ErrorCode> = new Set(['unreachable', 'timeout']);

/** Three more tries at about 0.3, 0.9 and 2.7 s: enough for a restart, and over before a person notices. */
const FIRST_DELAY_MS = 300;
const GROWTH = 3;
const MAX_RETRIES = 3;
/** A registry that wants a longer pause gets none: the error says so. */
const MAX_RETRY_AFTER_MS = 60_000;

interface Retriable {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Sends until the answer is final: not a transient fault, or the last attempt. A
 * digest mismatch is never seen here, for bodies are hashed above.
 *
 * @param limit no pause outlives it
 */
export async function withRetries<T extends Retriable>(
  send: () => Promise<T>,
  limit: TimeLimit,
  maxRetries = MAX_RETRIES,
): Promise<T> {
  const startedAtMs = performance.now();
  const withTries = (answer: T, times: number): T =>
    times === 1
      ? answer
      : { ...answer, tried: { times, seconds: Math.max(1, Math.round((performance.now() - startedAtMs) / 1000)) } };
  for (let retry = 0; ; retry += 1) {
    const outcome = await attempt(send);
    const isLast = retry >= maxRetries;
    if (outcome instanceof AssertImageError) {
      if (isLast || limit.signal.aborted || !RETRIED_CODES.has(outcome.code)) throw outcome;
    } else if (!RETRIED_STATUSES.has(outcome.status)) return outcome;
    else tellOfLimits(outcome, limit);
    if (isLast && !(outcome instanceof AssertImageError)) return withTries(outcome, retry + 1);
    const pause = pauseMs(retry, outcome instanceof AssertImageError ? undefined : outcome.headers['retry-after']);
    if (pause === null || pause >= limit.msLeft()) {
      if (outcome instanceof AssertImageError) throw outcome;
      return withTries(outcome, retry + 1);
    }
    await sleep(pause, undefined, { signal: limit.signal }).catch(() => {
      throw limit.signal.reason instanceof AssertImageError ? limit.signal.reason : outcome;
    });
  }
}

async function attempt<T>(send: () => Promise<T>): Promise<T | AssertImageError> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof AssertImageError) return error;
    throw error;
  }
}

/** How long to wait before the next try, or null where the registry asks for more patience than we have. */
function pauseMs(retry: number, retryAfter: string | string[] | undefined): number | null {
  const asked = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
  const step = FIRST_DELAY_MS * GROWTH ** retry;
  // Jitter, so that neither looks nor the jobs of a matrix come back together.
  if (asked !== null) return asked > MAX_RETRY_AFTER_MS ? null : asked + step * Math.random();
  return step * (0.5 + Math.random());
}

/** More looks would be refused, too. */
function tellOfLimits({ status, headers }: Retriable, limit: TimeLimit): void {
  const { 'retry-after': retryAfter } = headers;
  const asked = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
  if (status !== 429 && asked === null) return;
  limit.slowDown?.(Math.min(asked ?? FIRST_DELAY_MS, MAX_RETRY_AFTER_MS));
}

/** Milliseconds from now, of both forms of Retry-After (RFC 9110 section 10.2.3); null where absent, past or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
