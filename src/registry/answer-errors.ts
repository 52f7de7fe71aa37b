import { AssertImageError } from '../base/errors.ts';
import { unauthorizedHint } from './advice.ts';
import { parseRetryAfter } from '../net/retry.ts';
import type { Response } from '../net/transport.ts';

/** Status and what the registry says of it, for a message. */
export function describeAnswer(answer: Response): string {
  const [first] = answer.errors;
  return first ? `HTTP ${answer.status}, ${first.code}: ${first.message || 'no message'}` : `HTTP ${answer.status}`;
}

/** Codes by which some registries deny with a 404 (Harbor, Nexus). */
const DENIALS = new Set(['UNAUTHORIZED', 'DENIED']);

export type NotFoundMeaning = 'missing' | 'denied' | 'unclear';

/** What a 404 means by its body alone: only a registry's own words make an image missing. */
export function notFoundMeaning(answer: Response): NotFoundMeaning {
  const { errors } = answer;
  if (errors.length === 0) return 'unclear';
  return errors.some(({ code }) => DENIALS.has(code.toUpperCase())) ? 'denied' : 'missing';
}

/** The error for any answer that is neither 200 nor a plain 404. */
export function toAnswerError(
  answer: Response,
  what: string,
  registry: string,
  hadCredentials: boolean,
): AssertImageError {
  const { status } = answer;
  const seen = describeAnswer(answer);
  const hint = unauthorizedHint(registry, hadCredentials);
  if (status === 401)
    return new AssertImageError('unauthorized', `${registry} refuses to show ${what}: ${seen}.`, { hint });
  if (status === 403 || (status === 404 && notFoundMeaning(answer) === 'denied')) {
    return new AssertImageError('denied', `${registry} denies access to ${what}: ${seen}.`, { hint });
  }
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(String(answer.headers['retry-after'] ?? ''), Date.now()) ?? undefined;
    return new AssertImageError('rate-limited', `${registry} limits the rate: ${seen}${rateLimit(answer)}.`, {
      retryAfterMs,
      hint: hadCredentials
        ? 'Wait, or spread the jobs.'
        : 'Signing in raises the limit: give username and password, or log in with ⟦login⟧.',
    });
  }
  if (status >= 500)
    return new AssertImageError('unavailable', `${registry} is in trouble: ${seen}, when asked for ${what}.`);
  return new AssertImageError(
    'protocol',
    `${registry} gave an answer that no registry gives to a request for ${what}: ${seen}.`,
    {
      hint: 'Is this the address of a registry?',
    },
  );
}

/** Docker Hub: `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 0;w=21600`. */
function rateLimit({ headers }: Response): string {
  const number = (name: string): string | undefined => /^[0-9]{1,9}/.exec(String(headers[name] ?? ''))?.[0];
  const remaining = number('ratelimit-remaining');
  const limit = number('ratelimit-limit');
  const after = number('retry-after');
  return [
    remaining === undefined ? '' : `; ${remaining} of ${limit ?? 'unknown'} requests are left`,
    after === undefined ? '' : `; it asks to wait ${after} s`,
  ].join('');
}
