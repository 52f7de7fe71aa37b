import type { Dispatcher } from 'undici';
import type { AssertImageError } from '../base/errors.ts';
import { AddressGuard } from './address-guard.ts';
import { readCapped, readStart } from './body.ts';
import { Connections } from './connections.ts';
import type { Request, Network, StatedError } from './network.ts';
import { cutError, isParserError, toTransportError } from './transport-errors.ts';

export interface Response {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** What a registry says of its refusal; empty for a 2xx. */
  readonly errors: readonly StatedError[];
  /** Of an answer that stands after others like it: how often it was asked for, and how long that took. */
  readonly tried?: { readonly times: number; readonly seconds: number };
}

/** The first value of a header. */
export function header({ headers }: Pick<Response, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A registry that has not begun to answer by then will not (undici waits 300 s). */
const HEADERS_TIMEOUT_MS = 30_000;
/** Between two chunks; the whole is bounded by the deadline of the look. */
const BODY_IDLE_TIMEOUT_MS = 15_000;
const ACCEPT_ENCODING = 'identity';
/** Of any other answer no more is read: enough for a registry's `errors`, and no error page can fill the memory. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Connections of one registry and of the hosts that it sends us to, each with a guard on its address. */
export class Transport {
  readonly #network: Network;
  readonly #registryOrigin: string;
  readonly #guard: AddressGuard;
  readonly #connections = new Map<string, Connections>();
  /** Origins that have answered in HTTP before. */
  readonly #answered = new Set<string>();

  /** @param isStranger the registry was not chosen by the user, so it may not be near to us */
  constructor(registryOrigin: string, network: Network, isStranger = false) {
    this.#registryOrigin = registryOrigin;
    this.#network = network;
    this.#guard = new AddressGuard(registryOrigin, isStranger);
  }

  /** One request, one answer, no redirects. @throws AssertImageError `unreachable`, `timeout`, `tls`, `too-large`, `protocol` */
  async send(exchange: Request): Promise<Response> {
    const started = performance.now();
    const { url, method } = exchange;
    this.#guard.assertUrl(url);
    let bytes = 0;
    let status = 0;
    try {
      const dispatcher = await this.#connectionsTo(url).dispatcher(url, exchange.lane);
      const response = await dispatcher.request(this.#requestOf(exchange));
      status = response.statusCode;
      this.#answered.add(url.origin);
      const isSuccess = status >= 200 && status < 300;
      const body = isSuccess
        ? await readCapped(response.body, exchange, lengthOf(response.headers))
        : await readStart(response.body, MAX_ERROR_BYTES);
      bytes = body.length;
      if (isSuccess && method !== 'HEAD') assertWhole(body, response.headers, exchange);
      const errors = isSuccess ? [] : this.#network.readErrors(body);
      return { url, status, headers: response.headers, body, errors };
    } catch (error) {
      const known = toTransportError(error, url, exchange.signal, this.#network);
      // Garbage after a good answer belongs to that answer, for example a body after a HEAD.
      if (known.code === 'protocol' && isParserError(error) && this.#answered.has(url.origin)) throw cutError(url);
      throw await this.#explained(known, url);
    } finally {
      this.#network.onExchange(exchange, status, bytes, performance.now() - started);
    }
  }

  /** Directly connected, the server can be asked for its certificate once more. */
  async #explained(error: AssertImageError, url: URL): Promise<AssertImageError> {
    if (error.code !== 'tls' || this.#network.proxyFor(url) !== null) return error;
    const { withDates } = await import('./certificate.ts');
    return withDates(error, url, this.#guard.for(url.origin === this.#registryOrigin));
  }

  #requestOf({ url, method, headers, body, signal }: Request): Dispatcher.RequestOptions {
    return {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { 'user-agent': this.#network.userAgent, 'accept-encoding': ACCEPT_ENCODING, ...headers },
      body: body ?? null,
      signal,
      // undici drops the connection behind every HEAD, against servers that send a body all the same; such
      // a body breaks the next answer, which is then tried again.
      reset: false,
      // undici otherwise sends no request behind a GET before the headers of its answer have come.
      blocking: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_IDLE_TIMEOUT_MS,
    };
  }

  /** Connects ahead of a likely request; settles when that has begun. Never fails; the request itself reports errors. */
  async preconnect(url: URL): Promise<void> {
    try {
      this.#guard.assertUrl(url);
      await this.#connectionsTo(url).preconnect(url);
    } catch {
      // An invalid proxy, or an address that the guard refuses.
    }
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connections) => connections.destroy()));
  }

  #connectionsTo(url: URL): Connections {
    const isRegistry = url.origin === this.#registryOrigin;
    // A proxy resolves names itself, so that no address is guarded there.
    const key = this.#network.proxyFor(url)?.href ?? (isRegistry ? 'registry' : 'elsewhere');
    const existing = this.#connections.get(key);
    if (existing) return existing;
    const made = new Connections(url, this.#network, this.#guard.for(isRegistry));
    this.#connections.set(key, made);
    return made;
  }
}

/** Of the body, in bytes, where it is announced. */
function lengthOf({ 'content-length': length }: Response['headers']): number | undefined {
  return typeof length === 'string' && /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined;
}

/** A stream of HTTP/2 may end in mid-body without an error (NO_ERROR), and a body of HTTP/1.0 with its connection. */
function assertWhole(body: Uint8Array, headers: Response['headers'], { url, minBytes = 0 }: Request): void {
  const length = headers['content-length'];
  const expected = lengthOf(headers) ?? minBytes;
  // The descriptor's size does not apply to a compressed body.
  if (body.length >= expected || (length === undefined && headers['content-encoding'] !== undefined)) return;
  throw cutError(url);
}
