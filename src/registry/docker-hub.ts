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
import type { Answer, Transport } from '../net/transport.ts';

export const HUB_ORIGIN = 'https://hub.docker.com';
const PAGE_SIZE = 100;
const MAX_PAGES = 100;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * The repositories of a namespace that `accepts` takes, by Docker Hub's own API, for its registry has no catalog.
 * Source: docs.docker.com/reference/api/hub (POST /v2/auth/token; GET /v2/namespaces/{namespace}/repositories).
 */
export async function listHubRepositories(
  namespace: string,
  transport: Transport,
  credentials: Credentials,
  secrets: Secrets,
  deadline: Deadline,
  take: (name: string) => void,
): Promise<void> {
  const send = (path: string, headers: Record<string, string>, body?: string): Promise<Answer> =>
    withRetries(
      () =>
        transport.send({
          method: body === undefined ? 'GET' : 'POST',
          url: new URL(path, HUB_ORIGIN),
          headers: { accept: 'application/json', ...headers },
          ...(body === undefined ? {} : { body }),
          maxBytes: MAX_PAGE_BYTES,
          signal: deadline.signal,
        }),
      deadline,
    );
  const headers: Record<string, string> = {};
  const login = loginOf(credentials);
  if (login !== null) {
    secrets.addBasic(login.username, login.password);
    const body = JSON.stringify({ identifier: login.username, secret: login.password });
    const answer = await send('/v2/auth/token', { 'content-type': 'application/json' }, body);
    const token = parse(answer)['access_token'];
    if (answer.status !== 200 || typeof token !== 'string') throw refused(answer, 'rejects these credentials', true);
    headers['authorization'] = bearerHeader(token, 'hub.docker.com');
    secrets.addToken(token, 'docker.io');
  }
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await send(`/v2/namespaces/${namespace}/repositories?page_size=${PAGE_SIZE}&page=${page}`, headers);
    if (answer.status === 404 && page === 1)
      throw new AssertImageError('missing', `Docker Hub knows no namespace ${namespace}.`);
    if (answer.status !== 200) throw refused(answer, `does not list the repositories of ${namespace}`, login !== null);
    const { results, next } = parse(answer);
    const found = Array.isArray(results) ? (results as { name?: unknown }[]).map(({ name }) => name) : null;
    if (found === null || !found.every((name) => typeof name === 'string'))
      throw refused(answer, 'answered with no list of repositories', false);
    for (const name of found) take(`${namespace}/${name}`);
    if (!next || found.length === 0) return;
  }
  throw new AssertImageError(
    'too-large',
    `the namespace ${namespace} has more than ${MAX_PAGES * PAGE_SIZE} repositories.`,
  );
}

/** Docker Hub's API takes a name and a secret; whoever has other credentials must not be asked for anonymously. */
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

function parse({ body }: Answer): JsonObject {
  return parseJsonObject(body) ?? {};
}

function refused(answer: Answer, what: string, hadCredentials: boolean): AssertImageError {
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
