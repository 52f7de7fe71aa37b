import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import type { ConnectionGuard } from './address-guard.ts';

/** undici waits 10 s for a connection too; said here because errors name it. */
export const CONNECT_TIMEOUT_MS = 10_000;
const TIMED_OUT = 'UND_ERR_CONNECT_TIMEOUT';

/** Said at every connection: the default is what NODE_TLS_REJECT_UNAUTHORIZED says, which an earlier step may have set. */
export const VERIFIED = { rejectUnauthorized: true } as const;

interface Early {
  readonly socket: Socket;
  /** Asked once, by who takes it over. */
  readonly isOpen: () => boolean;
}

/**
 * TLS connections that are opened before there is a request for them, before undici is loaded and
 * the authorities are parsed: the two handshakes take as long as two requests. The first request to
 * that host takes the connection over, ready or still on its way; one that nobody wants is dropped
 * with the run.
 */
export class EarlyConnections {
  readonly #authorities: () => SecureContext;
  readonly #guard: ConnectionGuard | undefined;
  readonly #opened = new Map<string, Promise<Early>>();
  /** Hosts that were connected to, early or not: a second early connection would be one too many. */
  readonly #seen = new Set<string>();
  readonly #sockets = new Set<Socket>();

  constructor(authorities: () => SecureContext, guard?: ConnectionGuard) {
    this.#authorities = authorities;
    this.#guard = guard;
  }

  open({ protocol, hostname, port }: URL): void {
    const key = keyOf(protocol, hostname, port);
    // Without TLS there is little to win, and nothing but tests and loopback is.
    if (protocol !== 'https:' || this.#seen.has(key)) return;
    this.#seen.add(key);
    const opened = this.#connect(hostname.replace(/^\[|\]$/g, ''), Number(port || 443));
    // Whoever takes it over hears of it; if nobody does, it was not needed.
    opened.catch(ignore);
    this.#opened.set(key, opened);
  }

  /** In front of undici's own connector: hands over what is open already, and nothing that the guard refuses. */
  before(connector: buildConnector.connector): buildConnector.connector {
    return (options, done) => {
      const callback = this.#guarded(options.hostname, done);
      const key = keyOf(options.protocol, options.hostname, options.port);
      const opened = this.#opened.get(key);
      this.#opened.delete(key);
      this.#seen.add(key);
      if (opened === undefined) connector(options, callback);
      else void this.#handOver(opened, callback, () => connector(options, callback));
    };
  }

  #guarded(hostname: string, callback: buildConnector.Callback): buildConnector.Callback {
    return (...[error, socket]) => {
      if (error || !socket) return callback(...([error, socket] as Parameters<typeof callback>));
      try {
        this.#guard?.connected(hostname, socket);
      } catch (refused) {
        socket.destroy();
        return callback(refused as Error, null);
      }
      return callback(null, socket);
    };
  }

  async #handOver(opened: Promise<Early>, callback: buildConnector.Callback, connectAnew: () => void): Promise<void> {
    const early = await opened.catch((error: NodeJS.ErrnoException) => error);
    if (!(early instanceof Error)) {
      this.#sockets.delete(early.socket);
      if (early.isOpen()) return callback(null, early.socket.ref());
    } else if (early.code === TIMED_OUT) {
      // Not to wait as long once more.
      return callback(early, null);
    }
    // Closed, or refused by the guard, which may know more by now: as if it had never been.
    try {
      return connectAnew();
    } catch (error) {
      return callback(error as Error, null);
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(host: string, port: number): Promise<Early> {
    return new Promise((resolve, reject) => {
      const raw = connect({ host, port, ...(this.#guard && { lookup: this.#guard.lookup }) });
      let socket: Socket = raw;
      const timer = setTimeout(() => {
        socket.destroy(Object.assign(new Error('no connection in time'), { code: TIMED_OUT }));
      }, CONNECT_TIMEOUT_MS);
      timer.unref();
      const watch = (next: Socket): void => {
        socket = next;
        this.#sockets.add(next);
        next.unref();
        // Stays, for an error without a listener ends the process.
        next.on('error', (error) => {
          clearTimeout(timer);
          reject(error);
        });
      };
      watch(raw.setNoDelay(true).setKeepAlive(true, 60_000));
      /** What is thrown by a listener would end the process. */
      const orDrop = (act: () => void) => (): void => {
        try {
          act();
        } catch (error) {
          raw.destroy(error as Error);
        }
      };
      // Parsed while the first packet is on its way.
      raw.once(
        'connectionAttempt',
        orDrop(() => void this.#authorities()),
      );
      raw.once(
        'connect',
        orDrop(() => {
          const secure = this.#secure(raw, host);
          watch(secure);
          secure.once('close', () => raw.destroy());
          secure.once('secureConnect', () => {
            clearTimeout(timer);
            this.#sockets.delete(raw);
            resolve(watchEnd(secure));
          });
        }),
      );
    });
  }

  #secure(socket: Socket, host: string): TLSSocket {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const secureContext = this.#authorities();
    const options = { socket, host, ...servername, secureContext, ...VERIFIED };
    return connectTls({ ...options, ALPNProtocols: ['http/1.1', 'h2'] });
  }
}

/**
 * Nobody reads what the server sends first, its HTTP/2 settings, so that nobody would see it hang
 * up behind them: the stream is readable once more then, with nothing new to read.
 */
function watchEnd(socket: Socket): Early {
  let length = 0;
  const look = (): void => {
    if (socket.readableLength === length) socket.destroy();
    length = socket.readableLength;
  };
  socket.on('readable', look);
  const isOpen = (): boolean => {
    socket.off('readable', look);
    return !socket.destroyed && socket.writable;
  };
  return { socket, isOpen };
}

function keyOf(protocol: string, hostname: string, port: string): string {
  // An IPv6 address comes with brackets from a URL, and without them from undici.
  return `${protocol}//${hostname.replace(/^\[|\]$/g, '')}:${port}`;
}

function ignore(): void {}
