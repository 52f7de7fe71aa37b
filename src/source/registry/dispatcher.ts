import type { ConnectionOptions } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { CONNECT_TIMEOUT_MS, type EarlyConnections } from './early-connections.ts';

/** Below the 5 s after which common servers drop an idle connection, so that we rarely lose that race. */
const KEEP_ALIVE_MS = 4_000;
/** Requests on the way at once on one HTTP/1.1 connection; undici otherwise opens one for each, three round trips apiece. */
const PIPELINING = 8;
const SHARED = { connections: 1, pipelining: PIPELINING, keepAliveTimeout: KEEP_ALIVE_MS };

export function directDispatcher(options: ConnectionOptions, early: EarlyConnections): Dispatcher {
  const connector = buildConnector({ ...options, timeout: CONNECT_TIMEOUT_MS } as buildConnector.BuildOptions);
  return new Agent({ ...SHARED, connect: early.before(connector) });
}

/** @param tls for the proxy, where it speaks TLS, and for what is behind it */
export function proxyDispatcher(proxy: URL, tls: ConnectionOptions): Dispatcher {
  return new ProxyAgent({ uri: proxy.href, requestTls: tls, proxyTls: tls, ...SHARED } as ProxyAgent.Options);
}
