import type { lookup as dnsLookup } from 'node:dns';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Network } from './network.ts';

/** undici waits 10 s for a connection too; said here because errors name it. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Below the 5 s after which common servers drop an idle connection, so that we rarely lose that race. */
const KEEP_ALIVE_MS = 4_000;
/** Requests on the way at once on one HTTP/1.1 connection; undici otherwise opens one for each, three round trips apiece. */
const PIPELINING = 8;

/** Connections to a URL, direct or through the proxy that is meant for it, with the authorities of this run. */
export function makeDispatcher(
  url: URL,
  { ca, proxyFor }: Pick<Network, 'ca' | 'proxyFor'>,
  lookup?: typeof dnsLookup,
): Dispatcher {
  const proxy = proxyFor(url);
  const tls = ca === undefined ? {} : { ca: [...ca] };
  const shared = { connections: 1, pipelining: PIPELINING, keepAliveTimeout: KEEP_ALIVE_MS };
  if (proxy) return new ProxyAgent({ uri: proxy.href, requestTls: tls, proxyTls: tls, ...shared });
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS, autoSelectFamily: true, ...(lookup ? { lookup } : {}) };
  return new Agent({ ...shared, connect });
}
