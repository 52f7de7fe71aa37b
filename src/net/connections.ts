import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import type { ConnectionGuard } from './address-guard.ts';
import { VERIFIED } from './early-connection.ts';
import { EarlyConnections } from './early-connections.ts';
import { EarlyTunnels } from './early-tunnels.ts';
import type { Network } from './network.ts';

/** Whether requests to a host share a connection without waiting for each other, as in HTTP/2; null: that is not known yet. */
type Sharing = boolean | null;

/**
 * Connections to a URL's host, direct or through the proxy that is meant for it, with the authorities of this run.
 * Over HTTP/2 all looks share one. Over HTTP/1.1 each look has its own, for an answer that never comes holds up
 * all that were asked for behind it.
 */
export class Connections {
  readonly #authorities: () => SecureContext;
  readonly #guard: ConnectionGuard | undefined;
  readonly #proxy: URL | null;
  readonly #early: EarlyConnections | EarlyTunnels;
  readonly #dispatchers = new Map<number, Promise<Dispatcher>>();
  /** By host; settled when the first connection to it is open, or has failed. */
  readonly #sharing = new Map<string, { readonly known: Promise<Sharing>; settle: (sharing: Sharing) => void }>();

  constructor(url: URL, { authorities, proxyFor }: Pick<Network, 'authorities' | 'proxyFor'>, guard?: ConnectionGuard) {
    this.#authorities = authorities;
    this.#guard = guard;
    this.#proxy = proxyFor(url);
    this.#early = this.#proxy ? new EarlyTunnels() : new EarlyConnections(authorities, guard);
  }

  /** Begins to connect, without a request. */
  async preconnect(url: URL): Promise<void> {
    await this.#early.preconnect(url);
  }

  /**
   * What sends a request. undici is loaded when it is first wanted: while the first handshake is on its way.
   *
   * @param lane of the look that asks, among those that are under way at once
   */
  async dispatcher(url: URL, lane = 0): Promise<Dispatcher> {
    // Of SOCKS it is not told when a connection is open.
    if (lane === 0 || this.#proxy?.protocol === 'socks5:') return this.#lane(lane);
    const sharing = this.#sharing.get(url.host);
    // The first to ask a host opens its connection, the others wait to see what it is.
    if (!sharing && url.protocol === 'https:') this.#expect(url.host);
    const isShared = url.protocol === 'https:' ? (sharing ? await sharing.known : null) : false;
    return this.#lane(isShared === false ? lane : 0);
  }

  async destroy(): Promise<void> {
    this.#early.close();
    await Promise.all([...this.#dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
  }

  #lane(lane: number): Promise<Dispatcher> {
    const known = this.#dispatchers.get(lane);
    if (known) return known;
    const made = this.#makeDispatcher();
    this.#dispatchers.set(lane, made);
    return made;
  }

  #expect(host: string): void {
    let settle: (sharing: Sharing) => void = () => {};
    const known = new Promise<Sharing>((resolve) => (settle = resolve));
    this.#sharing.set(host, { known, settle });
  }

  async #makeDispatcher(): Promise<Dispatcher> {
    const { directDispatcher, proxyDispatcher } = await import('./dispatcher.ts');
    const watch = (connector: buildConnector.connector): buildConnector.connector => this.#watch(connector);
    const trust = (): ConnectionOptions => ({ secureContext: this.#authorities(), ...VERIFIED });
    return this.#early instanceof EarlyTunnels
      ? proxyDispatcher({ proxy: this.#proxy as URL, tls: trust() }, this.#early, watch)
      : directDispatcher({ trust, ...(this.#guard && { lookup: this.#guard.lookup }) }, this.#early, watch);
  }

  /** Notes what a host speaks when a connection to it is open. */
  #watch(connector: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      const host = new URL(`${options.protocol}//${options.host ?? options.hostname}`).host;
      connector(options, (...[error, socket]) => {
        if (!this.#sharing.has(host)) this.#expect(host);
        this.#sharing.get(host)?.settle(socket ? (socket as TLSSocket).alpnProtocol === 'h2' : null);
        // The next request may try an unreachable host again.
        if (!socket) this.#sharing.delete(host);
        (callback as (...result: unknown[]) => void)(error, socket);
      });
    };
  }
}
