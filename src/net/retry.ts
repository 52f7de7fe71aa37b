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

interface Retrying {
  readonly maxRetries?: number | undefined;
  /** Told of each refusal that says to ask less often, and how long the request waits for that; 0 where it gives up. */
  readonly onLimited?: (pauseMs: number) => void;
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
  { maxRetries = MAX_RETRIES, onLimited }: Retrying = {},
): Promise<T> {
  const startedAtMs = performance.now();
  const withTries = (answer: T, times: number): T =>
    times === 1
      ? answer
      : { ...answer, tried: { times, seconds: Math.max(1, Math.round((performance.now() - startedAtMs) / 1000)) } };
  for (let retry = 0; ; retry += 1) {
    const outcome = await attempt(send);
    if (!mayChange(outcome, limit)) return settle(outcome);
    const pause = retry >= maxRetries ? null : pauseMs(retry, outcome, limit.msLeft());
    if (isLimited(outcome)) onLimited?.(pause ?? 0);
    if (pause === null) return settle(outcome instanceof AssertImageError ? outcome : withTries(outcome, retry + 1));
    await sleep(pause, undefined, { signal: limit.signal }).catch(() => {
      const { reason } = limit.signal as { reason: unknown };
      throw reason instanceof AssertImageError || !(outcome instanceof Error) ? reason : outcome;
    });
  }
}

function settle<T>(outcome: T | AssertImageError): T {
  if (outcome instanceof AssertImageError) throw outcome;
  return outcome;
}

/** Whether a later request may see something else. */
function mayChange(outcome: Retriable | AssertImageError, { signal }: TimeLimit): boolean {
  return outcome instanceof AssertImageError
    ? !signal.aborted && RETRIED_CODES.has(outcome.code)
    : RETRIED_STATUSES.has(outcome.status);
}

async function attempt<T>(send: () => Promise<T>): Promise<T | AssertImageError> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof AssertImageError) return error;
    throw error;
  }
}

/** How long to wait before the next try, or null where that is longer than we have, or than a person would wait. */
function pauseMs(retry: number, outcome: Retriable | AssertImageError, msLeft: number): number | null {
  const asked = retryAfterOf(outcome);
  // Jitter, so that neither looks nor the jobs of a matrix come back together.
  const pause = asked === null ? FIRST_DELAY_MS * GROWTH ** retry * (0.5 + Math.random()) : asked;
  if ((asked ?? 0) > MAX_RETRY_AFTER_MS || pause >= msLeft) return null;
  return asked === null ? pause : pause + Math.min(FIRST_DELAY_MS, (msLeft - pause) / 2) * Math.random();
}

/** Whether others would be refused, too. */
function isLimited(outcome: Retriable | AssertImageError): boolean {
  return 'headers' in outcome && (outcome.status === 429 || retryAfterOf(outcome) !== null);
}

function retryAfterOf(outcome: Retriable | AssertImageError): number | null {
  const retryAfter = 'headers' in outcome ? outcome.headers['retry-after'] : undefined;
  return parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now());
}

/** Milliseconds from now, of both forms of Retry-After (RFC 9110 section 10.2.3); null where absent, past or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
