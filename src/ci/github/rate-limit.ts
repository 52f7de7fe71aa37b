import { parseRetryAfter } from '../../net/retry.ts';

/** The secondary limits answer with a header or with words only; a minute is what GitHub asks for then. */
const SECONDARY_PAUSE_MS = 60_000;

/**
 * How long GitHub asks to wait, if that is why it refuses (docs.github.com/rest/using-the-rest-api/rate-limits).
 *
 * @param header a header of the answer, by its name in lower case
 * @param words of its body
 */
export function pauseOf(header: (name: string) => string | undefined, words: string): number | undefined {
  const named = header('retry-after');
  const pause = parseRetryAfter(named, Date.now());
  if (pause !== null) return pause;
  const isSpent = header('x-ratelimit-remaining') === '0';
  const reset = Number(header('x-ratelimit-reset'));
  if (isSpent && Number.isSafeInteger(reset) && reset > 0) return Math.max(0, reset * 1000 - Date.now());
  return named !== undefined || isSpent || /\brate limit\b/i.test(words) ? SECONDARY_PAUSE_MS : undefined;
}
