import type { Dispatcher } from 'undici';
import { AssertImageError } from '../../base/errors.ts';
import { isReadable, structureOf } from '../../json/structure.ts';
import { Connections } from '../../net/connections.ts';
import type { Network } from '../../net/network.ts';
import { withRetries } from '../../net/retry.ts';
import { toTransportError } from '../../net/transport-errors.ts';

/** GitHub's API takes a second or two; one that does not answer must not hold up a release. */
const TIMEOUT_MS = 30_000;
/** Renamed repositories answer with one. */
const MAX_REDIRECTS = 3;

/** The largest answers are pages of comments: a hundred, of 65,536 characters at the most. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** What Octokit gives with each request. */
interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * `fetch` for GitHub's API: through the proxy and with the authorities of this run, tried again on
 * faults of the moment, and following redirects within the very origin only.
 *
 * @param signal aborted when the run is over
 */
export function makeFetch(
  apiUrl: URL,
  network: Network,
  signal: AbortSignal,
): (url: string, init: Init) => Promise<Response> {
  const connections = new Connections(apiUrl, network);
  signal.addEventListener('abort', () => void connections.destroy(), { once: true });
  return async (text, init) => {
    let url = new URL(text);
    for (let hop = 0; ; hop += 1) {
      const response = await send(url, init, { connections, network, signal });
      const location = response.headers.get('location');
      const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
      if (!isRedirect || hop === MAX_REDIRECTS || !URL.canParse(location, url.href)) return response;
      const next = new URL(location, url);
      if (next.origin !== url.origin) return response;
      url = next;
    }
  };
}

interface Wire {
  readonly connections: Connections;
  readonly network: Network;
  readonly signal: AbortSignal;
}

/** What is tried again is told by status and headers. */
interface Tried {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: Response;
}

async function send(url: URL, init: Init, wire: Wire): Promise<Response> {
  const endsAtMs = performance.now() + TIMEOUT_MS;
  const limit = {
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), wire.signal]),
    msLeft: () => endsAtMs - performance.now(),
  };
  const once = (): Promise<Tried> => sendOnce(url, init, wire, limit.signal);
  // A comment that was written, and whose answer was lost, would be written twice.
  const isSafe = (init.method ?? 'GET').toUpperCase() === 'GET';
  return (isSafe ? await withRetries(once, limit) : await once()).response;
}

async function sendOnce(url: URL, init: Init, { connections, network }: Wire, signal: AbortSignal): Promise<Tried> {
  try {
    const dispatcher = await connections.dispatcher(url);
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: init.method ?? 'GET',
      // Nothing here decompresses.
      headers: { 'accept-encoding': 'identity', ...init.headers },
      body: init.body ?? null,
      signal,
    });
    const response = await toResponse(answer);
    const after = response.headers.get('retry-after');
    return { status: response.status, headers: after === null ? {} : { 'retry-after': after }, response };
  } catch (error) {
    throw toTransportError(error, url, signal, network);
  }
}

/** The class that Octokit reads, which is Node's own. */
async function toResponse({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Response> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new AssertImageError('too-large', 'GitHub sent more than can be an answer.');
    chunks.push(chunk);
  }
  if (!isReadable(structureOf(Buffer.concat(chunks))))
    throw new AssertImageError('protocol', 'GitHub answered with what cannot be read in a moment.');
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((text): [string, string] => [name, text]),
  );
  const isEmpty = statusCode === 204 || statusCode === 205 || statusCode === 304;
  return new Response(isEmpty ? null : new Blob(chunks), { status: statusCode, headers: pairs });
}
