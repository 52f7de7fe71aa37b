import { fetch, type RequestInit, type Response } from 'undici';
import { makeDispatcher } from '../source/registry/dispatcher.ts';
import type { Network } from '../source/registry/network.ts';
import { withRetries } from '../source/registry/retry.ts';
import { toTransportError } from '../source/registry/transport-errors.ts';

/** GitHub's API takes a second or two; one that does not answer must not hold up a release. */
const TIMEOUT_MS = 30_000;
/** Renamed repositories answer with one. */
const MAX_REDIRECTS = 3;

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
): (url: string, init: RequestInit) => Promise<Response> {
  const dispatcher = makeDispatcher(apiUrl, network);
  signal.addEventListener('abort', () => void dispatcher.destroy(), { once: true });

  const send = async (url: URL, init: RequestInit): Promise<Response> => {
    const ends = performance.now() + TIMEOUT_MS;
    const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), signal]);
    const once = async (): Promise<{ status: number; headers: Record<string, string>; response: Response }> => {
      try {
        const response = await fetch(url, { ...init, dispatcher, redirect: 'manual', signal: limit });
        const after = response.headers.get('retry-after');
        return { status: response.status, headers: after === null ? {} : { 'retry-after': after }, response };
      } catch (error) {
        throw toTransportError(error, url, limit, network.proxyFor(url));
      }
    };
    // A comment that was written, and whose answer was lost, would be written twice.
    const isSafe = (init.method ?? 'GET').toUpperCase() === 'GET';
    return (isSafe ? await withRetries(once, limit, () => ends - performance.now()) : await once()).response;
  };

  return async (text, init) => {
    let url = new URL(text);
    for (let hop = 0; ; hop += 1) {
      const response = await send(url, init);
      const location = response.headers.get('location');
      const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
      if (!isRedirect || hop === MAX_REDIRECTS || !URL.canParse(location, url.href)) return response;
      const next = new URL(location, url);
      if (next.origin !== url.origin) return response;
      url = next;
    }
  };
}
