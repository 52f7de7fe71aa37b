import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { ConnectionGuard } from './address-guard.ts';
import { EarlyConnections, VERIFIED } from './early-connections.ts';
import type { Network } from './network.ts';

/** Connections to a URL's host, direct or through the proxy that is meant for it, with the authorities of this run. */
export class Connections {
  readonly #authorities: () => SecureContext;
  readonly #guard: ConnectionGuard | undefined;
  readonly #proxy: URL | null;
  /** Null through a proxy: there is no connection before undici has asked the proxy for one. */
  readonly #early: EarlyConnections | null;
  #dispatcher: Promise<Dispatcher> | undefined;

  constructor(url: URL, { authorities, proxyFor }: Pick<Network, 'authorities' | 'proxyFor'>, guard?: ConnectionGuard) {
    this.#authorities = authorities;
    this.#guard = guard;
    this.#proxy = proxyFor(url);
    this.#early = this.#proxy ? null : new EarlyConnections(authorities, guard);
  }

  /** Begins to connect, without a request. */
  open(url: URL): void {
    this.#early?.open(url);
  }

  /** undici is loaded when it is first wanted: while the first handshake is on its way. */
  dispatcher(): Promise<Dispatcher> {
    return (this.#dispatcher ??= this.#makeDispatcher());
  }

  async destroy(): Promise<void> {
    this.#early?.close();
    await (await this.#dispatcher)?.destroy();
  }

  async #makeDispatcher(): Promise<Dispatcher> {
    const { directDispatcher, proxyDispatcher } = await import('./dispatcher.ts');
    const trust = { secureContext: this.#authorities(), ...VERIFIED };
    return this.#early
      ? directDispatcher({ ...trust, ...(this.#guard && { lookup: this.#guard.lookup }) }, this.#early)
      : proxyDispatcher(this.#proxy as URL, trust);
  }
}
