import { parseRetryAfter } from '../../net/retry.ts';
import { header, type Response } from '../../net/transport.ts';

/** The secondary limits answer with a header or with words only; a minute is what GitHub asks for then. */
const SECONDARY_PAUSE_MS = 60_000;

/** How long GitHub asks to wait, if that is why it refuses (docs.github.com/rest/using-the-rest-api/rate-limits). */
export function pauseOf(answer: Response): number | undefined {
  const pause = parseRetryAfter(header(answer, 'retry-after'), Date.now());
  if (pause !== null) return pause;
  const isSpent = header(answer, 'x-ratelimit-remaining') === '0';
  const reset = Number(header(answer, 'x-ratelimit-reset'));
  if (isSpent && Number.isSafeInteger(reset) && reset > 0) return Math.max(0, reset * 1000 - Date.now());
  return isSpent || /\brate limit\b/i.test(Buffer.from(answer.body).toString()) ? SECONDARY_PAUSE_MS : undefined;
}
