import { hostKind } from '../base/address.ts';
import { AssertImageError } from '../base/errors.ts';
import { unauthorizedHint } from './advice.ts';
import { parseRetryAfter } from '../net/retry.ts';
import type { Response } from '../net/transport.ts';

/** Status and what the registry says of it, for a message. */
export function describeAnswer(answer: Response): string {
  const [first] = answer.errors;
  const status = `HTTP ${answer.status}${answer.tried ? `, ${answer.tried.times} times in ${answer.tried.seconds} s` : ''}`;
  if (!first) return status;
  // Their words stand in quotes, so that they cannot pass for ours.
  const code = /^[A-Z_]{1,40}$/.test(first.code) ? first.code : JSON.stringify(first.code);
  return `${status}, ${code}: ${first.message === '' ? 'no message' : JSON.stringify(first.message)}`;
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
  credentialsFrom: string | null,
): AssertImageError {
  const { status, url } = answer;
  const seen = describeAnswer(answer);
  if (status === 401 || status === 403 || (status === 404 && notFoundMeaning(answer) === 'denied'))
    return refusal(answer, what, registry, credentialsFrom);
  if (status === 429) return rateLimited(answer, registry, credentialsFrom !== null);
  if (status >= 500)
    return new AssertImageError('unavailable', `${registry} returned ${seen}, when asked for ${what}.`);
  if (status === 400 && url.protocol === 'http:') {
    const why = hostKind(url.hostname) === 'loopback' ? ', for it is on loopback' : '';
    return new AssertImageError('protocol', `${registry} was asked over plain HTTP${why}, and answered ${seen}.`, {
      hint: 'If it speaks HTTPS, set plain-http: none.',
    });
  }
  const message = `${registry} answered a request for ${what} as a registry does not: ${seen}.`;
  return new AssertImageError('protocol', message, { hint: 'Is this the address of a registry?' });
}

function refusal(answer: Response, what: string, registry: string, credentialsFrom: string | null): AssertImageError {
  const seen = describeAnswer(answer);
  const hint = unauthorizedHint(registry, credentialsFrom !== null);
  if (answer.status !== 401)
    return new AssertImageError('denied', `${registry} denies access to ${what}: ${seen}.`, { hint });
  const message =
    credentialsFrom === null
      ? `${registry} refuses to show ${what}: ${seen}.`
      : `the credentials for ${registry} (from ${credentialsFrom}) were rejected by ${answer.url.host}: ${seen}.`;
  return new AssertImageError('unauthorized', message, { hint });
}

function rateLimited(answer: Response, registry: string, hadCredentials: boolean): AssertImageError {
  const retryAfterMs = parseRetryAfter(String(answer.headers['retry-after'] ?? ''), Date.now()) ?? undefined;
  const message = `${registry} limits the rate: ${describeAnswer(answer)}${rateLimit(answer)}.`;
  const hint = hadCredentials
    ? 'Wait, or spread the jobs.'
    : 'Signing in raises the limit: give username and password, or log in with ⟦login⟧.';
  return new AssertImageError('rate-limited', message, { retryAfterMs, hint });
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
