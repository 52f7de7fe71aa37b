import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { AssertImageError } from '../../errors.ts';
import { type AddressKind, addressKind, hostKind } from '../../reference/address.ts';
import { Connections } from './connections.ts';
import type { Exchange, Network } from './network.ts';
import { readRegistryErrors, type RegistryError } from './registry-errors.ts';
import { toTransportError } from './transport-errors.ts';

export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** What a registry says of its refusal; empty for a 2xx. */
  readonly errors: readonly RegistryError[];
}

/** A registry that has not begun to answer by then will not (catalogue H-1). */
const HEADERS_TIMEOUT_MS = 30_000;
/** Between two chunks; the whole is bounded by the deadline of the look. */
const BODY_IDLE_TIMEOUT_MS = 15_000;
const ACCEPT_ENCODING = 'identity';
/** Of any other answer no more is read: enough for a registry's `errors`, and no error page can fill the memory. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Connections of one registry and of the hosts that it sends us to, with a guard on the address
 * that is really connected to (DNS names can point anywhere, catalogue R-8).
 */
export class Transport {
  readonly #network: Network;
  readonly #registryOrigin: string;
  readonly #isGuarded: boolean;
  readonly #registryKinds = new Set<AddressKind>();
  readonly #connections = new Map<string, Connections>();

  /** @param isGuarded the registry itself is nobody's choice of ours, so it may not be near to us either */
  constructor(registryOrigin: string, network: Network, isGuarded = false) {
    this.#isGuarded = isGuarded;
    this.#registryOrigin = registryOrigin;
    this.#network = network;
    const kind = hostKind(new URL(registryOrigin).hostname);
    if (kind && !isGuarded) this.#registryKinds.add(kind);
  }

  /** One request, one answer, no redirects. @throws AssertImageError `unreachable`, `timeout`, `tls`, `too-large`, `protocol` */
  async send(exchange: Exchange): Promise<Answer> {
    const started = performance.now();
    const { url, method } = exchange;
    this.#assertAllowed(url.hostname, hostKind(url.hostname), url);
    let bytes = 0;
    let status = 0;
    try {
      const dispatcher = await this.#connectionsTo(url).dispatcher();
      const response = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { 'user-agent': this.#network.userAgent, 'accept-encoding': ACCEPT_ENCODING, ...exchange.headers },
        body: exchange.body ?? null,
        signal: exchange.signal,
        // undici drops the connection behind every HEAD, against servers that send a body all the same; such
        // a body breaks the next answer, which is then tried again.
        reset: false,
        headersTimeout: HEADERS_TIMEOUT_MS,
        bodyTimeout: BODY_IDLE_TIMEOUT_MS,
      });
      status = response.statusCode;
      const isSuccess = status >= 200 && status < 300;
      const body = isSuccess
        ? await readCapped(response.body, exchange.maxBytes, url)
        : await readStart(response.body, MAX_ERROR_BYTES);
      bytes = body.length;
      const errors = isSuccess ? [] : readRegistryErrors(body, this.#network.redact);
      return { url, status, headers: response.headers, body, errors };
    } catch (error) {
      throw toTransportError(error, url, exchange.signal, this.#network.proxyFor(url));
    } finally {
      this.#network.onExchange(
        exchange,
        status,
        bytes,
        performance.now() - started,
        url.origin === this.#registryOrigin,
      );
    }
  }

  /** Begins to connect to a host that will be asked, or so we think. Never throws: what is wrong is for the request to say. */
  open(url: URL): void {
    try {
      this.#assertAllowed(url.hostname, hostKind(url.hostname), url);
      this.#connectionsTo(url).open(url);
    } catch {
      // A proxy that cannot be one, or an address that is refused.
    }
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connections) => connections.destroy()));
  }

  #connectionsTo(url: URL): Connections {
    const isRegistry = url.origin === this.#registryOrigin;
    const key = `${this.#network.proxyFor(url)?.href ?? 'direct'} ${isRegistry ? 'registry' : 'elsewhere'}`;
    const existing = this.#connections.get(key);
    if (existing) return existing;
    const made = new Connections(url, this.#network, this.#lookup(isRegistry));
    this.#connections.set(key, made);
    return made;
  }

  /** DNS with the guard behind it: what is connected to is what was checked. */
  #lookup(isRegistry: boolean): typeof dnsLookup {
    const guarded = (hostname: string, options: object, callback: (...result: unknown[]) => void): void => {
      dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
        if (error) return callback(error);
        try {
          for (const { address } of addresses) {
            const kind = addressKind(address);
            if (isRegistry && kind && !this.#isGuarded) this.#registryKinds.add(kind);
            else this.#assertAllowed(hostname, kind, null);
            if (kind === 'metadata' || kind === 'unspecified') this.#assertAllowed(hostname, kind, null);
          }
        } catch (refused) {
          return callback(refused);
        }
        if ((options as { all?: boolean }).all) return callback(null, addresses);
        return callback(null, addresses[0]?.address, addresses[0]?.family);
      });
    };
    return guarded as unknown as typeof dnsLookup;
  }

  /** Hosts that a registry names may be where the registry is, or on the internet; nothing closer to us. */
  #assertAllowed(hostname: string, kind: AddressKind | null, url: URL | null): void {
    if (kind === null || kind === 'public') return;
    if (url?.origin === this.#registryOrigin && !this.#isGuarded) return;
    const isNear = kind === 'loopback' || kind === 'private';
    if (isNear && (this.#registryKinds.has(kind) || this.#registryKinds.has('loopback'))) return;
    throw new AssertImageError(
      'protocol',
      `${hostname} is a ${kind} address; refused to connect to it on behalf of ${this.#registryOrigin}.`,
      {
        hint: 'A registry that is not on such an address itself has no business sending us there.',
      },
    );
  }
}

/** The first bytes of a body; the rest is dropped with its connection. */
async function readStart(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks, bytes).subarray(0, maxBytes);
}

async function readCapped(stream: AsyncIterable<Uint8Array>, maxBytes: number, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new AssertImageError(
        'too-large',
        `${url.host} sent more than the ${maxBytes} bytes that are read of such an answer.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
