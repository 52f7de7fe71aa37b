import type { TimeLimit } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import { parseJsonObject } from '../../json/loose-json.ts';
import { unauthorizedHint } from '../advice.ts';
import { describeAnswer } from '../answer-errors.ts';
import type { BasicCredentials, Credentials } from '../../credentials/credentials.ts';
import { basicHeader } from './authorization-header.ts';
import { RETRIED_STATUSES, withRetries } from '../../net/retry.ts';
import type { Response, Transport } from '../../net/transport.ts';

export interface TokenRequest {
  readonly transport: Transport;
  readonly registry: string;
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scope: string;
  readonly credentials: Exclude<Credentials, { kind: 'registry-token' }>;
  readonly limit: TimeLimit;
  /** The registry has not named this service yet: one attempt only. */
  readonly isGuess: boolean;
}

/** Tokens with many grants reach some 10 KiB; oras-go uses the same limit. */
const MAX_TOKEN_BYTES = 128 * 1024;
const CLIENT_ID = 'assert-image';

/**
 * Gets a bearer token. Sources: distribution `docs/content/spec/auth/token.md` (GET with Basic) and
 * `oauth.md` (POST with a refresh token).
 *
 * @throws AssertImageError `unauthorized` where the service rejects the credentials: never tried again without them
 */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const answer = await ask(request);
  if (answer.status === 200) return readToken(answer);
  throw tokenError(answer, request);
}

/** Services without OAuth2 say no to a POST (GCR and Gitea 404, ACR 400, Artifactory 401): then GET, if there is a password. */
const NO_OAUTH2 = new Set([400, 401, 404, 405]);

async function ask(request: TokenRequest): Promise<Response> {
  const { credentials, limit, isGuess } = request;
  const retried = (send: () => Promise<Response>): Promise<Response> =>
    withRetries(send, limit, {
      maxRetries: isGuess ? 0 : undefined,
      onLimited: (pauseMs) => limit.slowDown?.(pauseMs),
    });
  if (credentials.kind !== 'identity-token') return retried(() => get(request, credentials));
  const answer = await retried(() => post(request, credentials.token));
  const { fallback } = credentials;
  return fallback && NO_OAUTH2.has(answer.status) ? retried(() => get(request, fallback)) : answer;
}

async function get(
  { transport, registry, realm, service, scope, limit }: TokenRequest,
  credentials: { kind: 'anonymous' } | BasicCredentials,
): Promise<Response> {
  const url = new URL(realm);
  // The realm may have a query of its own.
  if (service !== undefined) url.searchParams.append('service', service);
  url.searchParams.append('scope', scope);
  const headers: Record<string, string> =
    credentials.kind === 'basic' ? { authorization: basicHeader(credentials, registry) } : {};
  return transport.send({ method: 'GET', url, headers, maxBytes: MAX_TOKEN_BYTES, signal: limit.signal });
}

/** A refresh token travels in the body only, never in a query that proxies log. */
async function post(
  { transport, realm, service, scope, limit }: TokenRequest,
  refreshToken: string,
): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    scope,
    refresh_token: refreshToken,
  });
  if (service !== undefined) form.set('service', service);
  return transport.send({
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    maxBytes: MAX_TOKEN_BYTES,
    signal: limit.signal,
  });
}

export interface Token {
  readonly text: string;
  /** By our own clock: the service's may differ. */
  readonly lifetimeMs: number;
}

/** Where a service does not say how long a token lives, or less (distribution token.md; containers/image). */
const MIN_LIFETIME_S = 60;

/** `token` and `access_token` mean the same; where both stand, clients take the second. */
function readToken(answer: Response): Token {
  const body: { token?: unknown; access_token?: unknown; expires_in?: unknown } | null = parseJsonObject(answer.body);
  const token = body?.access_token || body?.token;
  const seconds = typeof body?.expires_in === 'number' ? Math.max(body.expires_in, MIN_LIFETIME_S) : MIN_LIFETIME_S;
  if (typeof token === 'string' && token !== '') return { text: token, lifetimeMs: seconds * 1000 };
  throw new AssertImageError('protocol', `the token service ${answer.url.host} answered without a token.`);
}

function tokenError(answer: Response, { registry, credentials }: TokenRequest): AssertImageError {
  const host = answer.url.host;
  const seen = describeAnswer(answer);
  if (answer.status >= 300 && answer.status < 400) {
    return new AssertImageError('protocol', `the token service ${host} answered with a redirect; not followed.`);
  }
  if (answer.status === 429)
    return new AssertImageError('rate-limited', `the token service ${host} limits the rate: ${seen}.`);
  if (answer.status >= 500 || RETRIED_STATUSES.has(answer.status))
    return new AssertImageError('unavailable', `the token service ${host} returned ${seen}.`);
  if (credentials.kind === 'anonymous') {
    return new AssertImageError('unauthorized', `${registry} gives no token without credentials: ${seen}.`, {
      hint: unauthorizedHint(registry, false),
    });
  }
  return new AssertImageError(
    'unauthorized',
    `the credentials for ${registry} (from ${credentials.from}) were rejected by ${host}: ${seen}.`,
    {
      hint: unauthorizedHint(registry, true),
    },
  );
}
