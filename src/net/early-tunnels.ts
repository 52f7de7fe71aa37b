import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { type Early, TIMED_OUT, watchEnd } from './early-connection.ts';
import { FORGET_MS } from './early-connections.ts';

type Connector = buildConnector.connector;

/**
 * Tunnels through a proxy that are opened before there is a request for them: each takes as long as three requests.
 * undici makes them, so they are opened beside the first that is wanted, and not before it.
 */
export class EarlyTunnels {
  #makeTunnel: Connector | null = null;
  /** Hosts that a tunnel is wanted to, until it is known how one is made. */
  readonly #wished = new Map<string, URL>();
  readonly #opened = new Map<string, Promise<Early>>();
  /** Hosts with a tunnel, early or not. They need no early one. */
  readonly #seen = new Set<string>();
  readonly #sockets = new Set<Socket>();
  #isOver = false;

  preconnect(url: URL): Promise<void> {
    if (url.protocol === 'https:' && !this.#seen.has(url.host)) {
      if (this.#makeTunnel) this.#open(url, this.#makeTunnel);
      else this.#wished.set(url.host, url);
    }
    return Promise.resolve();
  }

  /** Wraps undici's connector: hands over an open tunnel. */
  before(connector: Connector): Connector {
    return (options, callback) => {
      const host = options.host ?? options.hostname;
      this.#seen.add(host);
      const opened = this.#opened.get(host);
      this.#opened.delete(host);
      if (opened === undefined) connector(options, callback);
      else void this.#handOver(opened, callback, () => connector(options, callback));
      this.#makeTunnel ??= connector;
      for (const url of this.#wished.values()) void this.preconnect(url);
      this.#wished.clear();
    };
  }

  close(): void {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #open({ protocol, host, hostname, port }: URL, makeTunnel: Connector): void {
    this.#seen.add(host);
    const opened = new Promise<Early>((resolve, reject) => {
      makeTunnel({ protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port }, (error, socket) => {
        if (error) return reject(error);
        if (this.#isOver) socket.destroy();
        this.#sockets.add(socket);
        // An error without a listener would end the process.
        socket.on('error', () => {}).unref();
        resolve(watchEnd(socket));
      });
    });
    // The request that takes it over connects anew; a later one is not told.
    opened.catch(() => setTimeout(() => this.#opened.delete(host), FORGET_MS).unref());
    this.#opened.set(host, opened);
  }

  async #handOver(opened: Promise<Early>, callback: buildConnector.Callback, connectAnew: () => void): Promise<void> {
    const early = await opened.catch((error: NodeJS.ErrnoException) => error);
    if (early instanceof Error) {
      // Do not wait that long a second time.
      if (early.code === TIMED_OUT) return callback(early, null);
    } else {
      this.#sockets.delete(early.socket);
      if (early.isOpen()) return callback(null, early.socket.ref());
    }
    return connectAnew();
  }
}
