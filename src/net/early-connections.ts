import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { ConnectionGuard } from './address-guard.ts';
import { connectEarly, type Early, TIMED_OUT } from './early-connection.ts';

/** What is loaded next would hold up the first packet, and a slow resolver what is loaded next. */
const MAX_BEGIN_MS = 20;
/** A failure that is older says nothing. */
export const FORGET_MS = 5_000;

/**
 * TLS connections that are opened before there is a request for them, before undici is loaded and
 * the authorities are parsed: the two handshakes take as long as two requests. The first request to
 * that host takes the connection over, ready or still on its way; an unused one is dropped
 * at the end of the run.
 */
export class EarlyConnections {
  readonly #authorities: () => SecureContext;
  readonly #guard: ConnectionGuard | undefined;
  readonly #opened = new Map<string, Promise<Early>>();
  /** Hosts with a connection, early or not. They need no early one. */
  readonly #seen = new Set<string>();
  readonly #sockets = new Set<Socket>();

  constructor(authorities: () => SecureContext, guard?: ConnectionGuard) {
    this.#authorities = authorities;
    this.#guard = guard;
  }

  /** Settles when the first packet is on its way, or the name takes long to resolve. */
  async preconnect({ protocol, hostname, port }: URL): Promise<void> {
    const key = keyOf(protocol, hostname, port);
    // Only TLS is worth it. Plain HTTP is used for loopback and tests.
    if (protocol !== 'https:' || this.#seen.has(key)) return;
    this.#seen.add(key);
    await new Promise<void>((onBegun) => {
      const connecting = { authorities: this.#authorities, guard: this.#guard, sockets: this.#sockets, onBegun };
      const opened = connectEarly(hostname.replace(/^\[|\]$/g, ''), Number(port || 443), connecting);
      // The request that takes it over sees the error; without one, the error does not matter.
      opened.catch(() => {
        onBegun();
        // A host that is asked much later deserves another try.
        setTimeout(() => this.#opened.delete(key), FORGET_MS).unref();
      });
      setTimeout(onBegun, MAX_BEGIN_MS).unref();
      this.#opened.set(key, opened);
    });
  }

  /** Wraps undici's connector: hands over an open connection, unless the guard refuses it. */
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
      // Do not wait that long a second time.
      return callback(early, null);
    }
    // Closed, or refused by a guard that knows more by now: connect again.
    try {
      return connectAnew();
    } catch (error) {
      return callback(error as Error, null);
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function keyOf(protocol: string, hostname: string, port: string): string {
  // An IPv6 address comes with brackets from a URL, and without them from undici.
  return `${protocol}//${hostname.replace(/^\[|\]$/g, '')}:${port}`;
}
