/**
 * A small internet in this process: a CONNECT proxy in front of TLS servers that answer by host
 * name. The bundle reaches it as it reaches the real one, through HTTPS_PROXY and ca-file, so that
 * ghcr.io is ghcr.io to it. Every request is written down with the host that received it.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import path from 'node:path';

const TLS = path.join(import.meta.dirname, 'tls');

export const CA_FILE = path.join(TLS, 'ca.pem');

export interface SiteRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Site = (request: SiteRequest, response: ServerResponse) => void | Promise<void>;

export class Internet {
  readonly requests: SiteRequest[] = [];
  /** TCP connections through the proxy, by `host:port`. */
  readonly connects: string[] = [];
  /** `Proxy-Authorization` as it came. */
  readonly proxyAuthorizations: (string | undefined)[] = [];
  readonly #sites = new Map<string, Site>();
  readonly #sockets = new Set<Socket>();
  /** Where each tunnel leads to, by the port from which the web is reached. */
  readonly #tunnels = new Map<number, string>();
  #proxy: Server | undefined;
  #web: Server | undefined;
  /** What the proxy answers to CONNECT. */
  proxyStatus = 200;
  /** What it does instead of connecting; false where it connects all the same. */
  instead: (hostAndPort: string, socket: Socket) => boolean = () => false;

  static async start(): Promise<Internet> {
    const internet = new Internet();
    const tls = { key: readFileSync(path.join(TLS, 'server.key')), cert: readFileSync(path.join(TLS, 'server.pem')) };
    internet.#web = createTlsServer(tls, (request, response) => void internet.#answer(request, response));
    internet.#proxy = createServer((_, response) => response.writeHead(405).end());
    internet.#proxy.on('connect', (request, socket: Socket) => internet.#tunnel(request, socket));
    for (const server of [internet.#web, internet.#proxy]) {
      server.on('connection', (socket: Socket) => internet.#sockets.add(socket));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return internet;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#web, this.#proxy]) await new Promise((resolve) => server?.close(resolve));
  }

  site(host: string, site: Site): void {
    this.#sites.set(host, site);
  }

  siteOf(host: string): Site {
    return this.#sites.get(host) as Site;
  }

  get proxyHost(): string {
    return `127.0.0.1:${portOf(this.#proxy as Server)}`;
  }

  /** Where its TLS server listens, without the proxy. */
  get webPort(): number {
    return portOf(this.#web as Server);
  }

  /** Variables and inputs by which the action comes here. */
  get env(): Record<string, string> {
    return { HTTPS_PROXY: `http://${this.proxyHost}` };
  }

  get inputs(): Record<string, string> {
    return { 'ca-file': CA_FILE };
  }

  /** What each host received: method, path, and whether with credentials. For snapshots. */
  conversation(): string[] {
    return this.requests.map(({ method, host, path: at, query, headers }) => {
      const search = query.size > 0 ? `?${query.toString()}` : '';
      const authorization = headers.authorization === undefined ? '' : ` [${headers.authorization}]`;
      return `${method} ${host}${at}${search}${authorization}`;
    });
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.connects.push(request.url ?? '');
    this.proxyAuthorizations.push(request.headers['proxy-authorization']);
    socket.on('error', () => {});
    this.#sockets.add(socket);
    if (this.instead(request.url ?? '', socket)) return;
    if (this.proxyStatus !== 200) {
      socket.end(`HTTP/1.1 ${this.proxyStatus} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(portOf(this.#web as Server), '127.0.0.1', () => {
      this.#tunnels.set(upstream.localPort as number, request.url ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const host = message.headers.host ?? '';
    const url = new URL(message.url ?? '', `https://${host}`);
    const request: SiteRequest = {
      host,
      method: message.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: message.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(request);
    const tunnel = this.#tunnels.get(message.socket.remotePort as number);
    if (tunnel !== undefined && tunnel.replace(/:443$/, '').toLowerCase() !== host.toLowerCase())
      return void response.writeHead(421).end(`a tunnel to ${tunnel} carries a request to ${host}`);
    const site = this.#sites.get(host);
    if (!site) return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>no such site</html>');
    await site(request, response);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers })
    .end(text);
}

export const registryError = (code: string, message = code.toLowerCase()): unknown => ({
  errors: [{ code, message, detail: 'detail-secret' }],
});
