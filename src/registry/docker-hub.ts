import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import { parseJsonObject } from '../json/loose-json.ts';
import type { JsonObject } from '../json/strict-json.ts';
import type { Secrets } from '../base/secrets.ts';
import { unauthorizedHint } from './advice.ts';
import { bearerHeader } from './auth/authorization-header.ts';
import { describeAnswer } from './answer-errors.ts';
import type { BasicCredentials, Credentials } from '../credentials/credentials.ts';
import { withRetries } from '../net/retry.ts';
import type { Response, Transport } from '../net/transport.ts';

export const HUB_ORIGIN = 'https://hub.docker.com';
const PAGE_SIZE = 100;
const MAX_PAGES = 100;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** Docker Hub, and who asks. */
export interface Hub {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly deadline: Deadline;
}

/**
 * Hands every repository of a namespace to `take`, by Docker Hub's own API, for its registry has no catalog.
 * Source: docs.docker.com/reference/api/hub (POST /v2/auth/token; GET /v2/namespaces/{namespace}/repositories).
 */
export async function listHubRepositories(namespace: string, hub: Hub, take: (name: string) => void): Promise<void> {
  const login = loginOf(hub.credentials);
  const headers: Record<string, string> = login === null ? {} : { authorization: await logIn(login, hub) };
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `/v2/namespaces/${namespace}/repositories?page_size=${PAGE_SIZE}&page=${page}`;
    const answer = await send(hub, path, headers);
    if (answer.status === 404 && page === 1)
      throw new AssertImageError('missing', `Docker Hub knows no namespace ${namespace}.`);
    if (answer.status !== 200) throw hubError(answer, `does not list the repositories of ${namespace}`, login !== null);
    const { results, next } = parse(answer);
    const found = Array.isArray(results) ? (results as { name?: unknown }[]).map(({ name }) => name) : null;
    if (found === null || !found.every((name) => typeof name === 'string'))
      throw hubError(answer, 'answered with no list of repositories', false);
    for (const name of found) take(`${namespace}/${name}`);
    if (!next || found.length === 0) return;
  }
  throw new AssertImageError(
    'too-large',
    `the namespace ${namespace} has more than ${MAX_PAGES * PAGE_SIZE} repositories.`,
  );
}

/** The header that shows who we are. */
async function logIn({ username, password }: BasicCredentials, hub: Hub): Promise<string> {
  hub.secrets.addBasic(username, password);
  const body = JSON.stringify({ identifier: username, secret: password });
  const answer = await send(hub, '/v2/auth/token', { 'content-type': 'application/json' }, body);
  const token = parse(answer)['access_token'];
  if (answer.status !== 200 || typeof token !== 'string') throw hubError(answer, 'rejects these credentials', true);
  const header = bearerHeader(token, 'hub.docker.com');
  hub.secrets.addToken(token, 'docker.io');
  return header;
}

function send(
  { transport, deadline }: Hub,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Response> {
  const exchange = {
    method: body === undefined ? 'GET' : 'POST',
    url: new URL(path, HUB_ORIGIN),
    headers: { accept: 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    maxBytes: MAX_PAGE_BYTES,
    signal: deadline.signal,
  } as const;
  return withRetries(() => transport.send(exchange), deadline);
}

/** Docker Hub's API takes a user name and a secret. Other credentials are an error, never an anonymous request. */
function loginOf(credentials: Credentials): BasicCredentials | null {
  if (credentials.kind === 'anonymous') return null;
  const basic =
    credentials.kind === 'basic' ? credentials : credentials.kind === 'identity-token' ? credentials.fallback : null;
  if (basic) return basic;
  throw new AssertImageError(
    'credentials',
    `the credentials in ${credentials.from} cannot list repositories on Docker Hub.`,
    {
      hint: 'Log in with a user name and a personal access token.',
    },
  );
}

function parse({ body }: Response): JsonObject {
  return parseJsonObject(body) ?? {};
}

function hubError(answer: Response, what: string, hadCredentials: boolean): AssertImageError {
  const code =
    answer.status === 401 || answer.status === 403
      ? 'unauthorized'
      : answer.status === 429
        ? 'rate-limited'
        : answer.status >= 500
          ? 'unavailable'
          : 'protocol';
  return new AssertImageError(code, `Docker Hub ${what}: ${describeAnswer(answer)}.`, {
    hint: unauthorizedHint('docker.io', hadCredentials),
  });
}
