import type { ConnectionOptions } from 'node:tls';
import { Agent, buildConnector, Client, type Dispatcher, ProxyAgent } from 'undici';
import { CONNECT_TIMEOUT_MS, TIMED_OUT } from './early-connection.ts';
import type { EarlyConnections } from './early-connections.ts';
import type { EarlyTunnels } from './early-tunnels.ts';

/** Below the 5 s after which common servers drop an idle connection, so that we rarely lose that race. */
const KEEP_ALIVE_MS = 4_000;
/** Requests on the way at once on one HTTP/1.1 connection; undici otherwise opens one for each, three round trips apiece. */
const PIPELINING = 8;
const SHARED = { connections: 1, pipelining: PIPELINING, keepAliveTimeout: KEEP_ALIVE_MS };

/** Wraps a connector. */
type Watch = (connector: buildConnector.connector) => buildConnector.connector;

/** @param trust read at the first connection over TLS; where there is none, no authority is parsed */
export function directDispatcher(
  { trust, ...options }: { readonly trust: () => ConnectionOptions; readonly lookup?: ConnectionOptions['lookup'] },
  early: EarlyConnections,
  watch: Watch,
): Dispatcher {
  const connectorWith = (tls: ConnectionOptions): buildConnector.connector =>
    buildConnector({ ...options, ...tls, timeout: CONNECT_TIMEOUT_MS } as buildConnector.BuildOptions);
  const plain = connectorWith({});
  let secure: buildConnector.connector | undefined;
  const connector: buildConnector.connector = (target, callback) => {
    try {
      (target.protocol === 'https:' ? (secure ??= connectorWith(trust())) : plain)(target, callback);
    } catch (error) {
      // Told, not thrown: others wait for what becomes of this connection.
      callback(error as Error, null);
    }
  };
  return new Agent({ ...SHARED, connect: watch(early.before(connector)) });
}

/** @param tls for the proxy, where it speaks TLS, and for what is behind it */
export function proxyDispatcher(
  { proxy, tls }: { readonly proxy: URL; readonly tls: ConnectionOptions },
  early: EarlyTunnels,
  watch: Watch,
): Dispatcher {
  return new ProxyAgent({
    uri: proxy.href,
    requestTls: tls,
    // Of a proxy that speaks no TLS, undici would take this as a reason to speak it.
    ...(proxy.protocol === 'https:' && { proxyTls: tls }),
    ...SHARED,
    // What connects to a host behind the proxy makes a tunnel; plain HTTP is asked of the proxy itself.
    factory: (origin: string, options: Client.Options) => {
      const connector = inTime(options.connect as buildConnector.connector);
      const isTunnel = new URL(origin).origin !== proxy.origin;
      return new Client(origin, { ...options, connect: watch(isTunnel ? early.before(connector) : connector) });
    },
  } as ProxyAgent.Options);
}

/** undici waits for the answer of a proxy for minutes, and all requests to that host behind it. */
function inTime(connector: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      callback(Object.assign(new Error('no connection in time'), { code: TIMED_OUT }), null);
    }, CONNECT_TIMEOUT_MS).unref();
    connector(options, (...[error, socket]) => {
      clearTimeout(timer);
      if (isLate) socket?.destroy();
      else (callback as (...result: unknown[]) => void)(error, socket);
    });
  };
}
