/**
 * The registries that the benchmark looks at, in a process of their own: each with its hosts, tokens and CDN, behind
 * a slow network. Asked over IPC: `{ roundTripMs }` sets the network and forgets what was counted; a name answers with
 * what was counted for that registry, or for the proxy.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import path from 'node:path';
import {
  type Blob,
  buildImage,
  buildIndex,
  type BuiltImage,
  type BuiltIndex,
  buildTwoPlatforms,
} from '../../test/support/images.ts';
import { delayed, type DelayStats } from './delay.ts';
import { BASIC, PROXY, PROXY_PORT, REGISTRIES, type RegistryHosts } from './registries.ts';

export interface WorldStats extends DelayStats {
  requests: number;
  lines: string[];
}

const TLS = path.join(import.meta.dirname, '../../test/support/tls');
const TOKEN = 'token-of-the-benchmark';
const TAGS = 1000;
const DIGESTS = 40;
const EIGHT = ['amd64', '386', 'arm64', 'arm/v7', 'arm/v6', 'ppc64le', 's390x', 'riscv64'];

const blobs = new Map<string, Blob>();
const manifests = new Map<string, Blob>();
function push(tag: string, built: BuiltImage | BuiltIndex): void {
  for (const image of 'children' in built ? built.children : [built]) {
    manifests.set(image.manifest.digest, image.manifest);
    blobs.set(image.config.digest, image.config);
  }
  manifests.set(built.manifest.digest, built.manifest);
  manifests.set(tag, built.manifest);
}
push('main', buildTwoPlatforms());
push('eight', buildIndex(EIGHT.map((architecture) => buildImage({ platform: `linux/${architecture}` }))));
const many = Array.from({ length: DIGESTS }, (_, at) => buildImage({ labels: { at: String(at) } }));
for (let at = 0; at < TAGS; at += 1) push(`v${at}`, many[at % DIGESTS] as BuiltImage);
for (let at = 0; at < TAGS; at += 1) push(`u${at}`, buildImage({ labels: { at: `own ${at}` } }));

const statsOf = new Map<string, WorldStats>();
let roundTripMs = 0;

function emptyStats(): WorldStats {
  return { connections: 0, bytes: 0, firstByteAtMs: null, openedAtMs: null, toldAtMs: null, requests: 0, lines: [] };
}

type Answer = (status: number, body: string | Buffer, headers?: Record<string, string>) => void;

function refuse({ asks, realm, service }: RegistryHosts, answer: Answer): void {
  const challenge =
    asks === 'basic'
      ? 'Basic realm="bench"'
      : `Bearer realm="${realm}",service="${service}",scope="repository:acme/app:pull"`;
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  answer(401, body, { 'www-authenticate': challenge, 'content-type': 'application/json' });
}

function isAllowed({ asks }: RegistryHosts, authorization: string | undefined): boolean {
  if (asks === 'nothing') return true;
  return authorization === (asks === 'basic' ? `Basic ${BASIC}` : `Bearer ${TOKEN}`);
}

function answerRegistry(hosts: RegistryHosts, url: URL, answer: Answer): void {
  if (url.pathname === '/v2/') return answer(200, '{}', { 'docker-distribution-api-version': 'registry/2.0' });
  if (url.pathname.endsWith('/tags/list')) {
    // app-40: forty tags v0 and on; own-40: forty of as many images.
    const [, kind, count] = /^\/v2\/acme\/(app|own)-([0-9]+)\//.exec(url.pathname) ?? [];
    const tags = Array.from({ length: Number(count ?? 0) }, (_, at) => `${kind === 'own' ? 'u' : 'v'}${at}`);
    return answer(200, JSON.stringify({ name: 'acme/app', tags: count === undefined ? ['main'] : tags }), {
      'content-type': 'application/json',
    });
  }
  const [kind, name = ''] = url.pathname.split('/').slice(-2);
  const manifest = kind === 'manifests' ? manifests.get(name) : undefined;
  if (manifest) {
    return answer(200, manifest.bytes, {
      'content-type': manifest.mediaType,
      'docker-content-digest': manifest.digest,
    });
  }
  const blob = kind === 'blobs' ? blobs.get(name) : undefined;
  if (blob && hosts.cdn === null) return answer(200, blob.bytes, { 'content-type': 'application/octet-stream' });
  if (blob) return answer(307, '', { location: `https://${hosts.cdn}/blobs/${name}?signature=presigned` });
  return answer(404, JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'unknown' }] }), {
    'content-type': 'application/json',
  });
}

function answerHost(hosts: RegistryHosts, url: URL, authorization: string | undefined, answer: Answer): void {
  const realm = hosts.realm === null ? null : new URL(hosts.realm);
  if (url.host === realm?.host && url.pathname === realm.pathname) {
    return answer(200, JSON.stringify({ token: TOKEN, access_token: TOKEN, expires_in: 300 }), {
      'content-type': 'application/json',
    });
  }
  if (url.host === hosts.cdn) {
    const blob = blobs.get(url.pathname.split('/').at(-1) as string);
    return blob ? answer(200, blob.bytes, { 'content-type': 'application/octet-stream' }) : answer(404, '');
  }
  return isAllowed(hosts, authorization) ? answerRegistry(hosts, url, answer) : refuse(hosts, answer);
}

type Asked = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void;

function handler(name: string, hosts: RegistryHosts): Asked {
  const all = [...hosts.registry, hosts.realm === null ? '' : new URL(hosts.realm).host, hosts.cdn ?? ''];
  return (request, response) => {
    const host = String(request.headers[':authority'] ?? request.headers.host ?? '');
    const url = new URL(request.url ?? '', `https://${host}`);
    for (const stats of [statsOf.get(name), statsOf.get(PROXY)] as WorldStats[]) {
      stats.requests += 1;
      stats.lines.push(`${request.method} ${host}${url.pathname} HTTP/${request.httpVersion}`);
    }
    const answer: Answer = (status, body, headers = {}) => {
      (response as ServerResponse).writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
      (response as ServerResponse).end(request.method === 'HEAD' ? '' : body);
    };
    if (!all.includes(url.host)) return answer(502, '');
    answerHost(hosts, url, request.headers.authorization, answer);
  };
}

const secrets = {
  key: readFileSync(path.join(TLS, 'server.key')),
  cert: readFileSync(path.join(TLS, 'server.pem')),
};

/** A server of `http2` with `ALPNProtocols` alone would still speak HTTP/2. */
function serverOf(name: string, hosts: RegistryHosts): Server {
  const asked = handler(name, hosts);
  if (hosts.speaks === 'plain HTTP') return createServer(asked);
  if (hosts.speaks === 'HTTP/1.1') return createTlsServer(secrets, asked);
  return createSecureServer({ ...secrets, allowHTTP1: true }, asked);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The undelayed port of each host, for the proxy. */
const portOf = new Map<string, number>();
statsOf.set(PROXY, emptyStats());
for (const [name, hosts] of Object.entries(REGISTRIES)) {
  const stats = emptyStats();
  statsOf.set(name, stats);
  const port = await listen(serverOf(name, hosts));
  for (const host of [...hosts.registry, hosts.realm === null ? '' : new URL(hosts.realm).host, hosts.cdn ?? ''])
    portOf.set(host, port);
  await delayed(hosts.address, hosts.speaks === 'plain HTTP' ? 80 : 443, port, () => roundTripMs, stats);
}

const proxy = createServer((_, response) => response.writeHead(405).end());
proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
  const upstream = connect({ host: '127.0.0.1', port: portOf.get(url.replace(/:443$/, '')) ?? 1, noDelay: true });
  upstream.on('connect', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  for (const [one, other] of [
    [upstream, socket],
    [socket, upstream],
  ] as const)
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
});
await delayed(PROXY, PROXY_PORT, await listen(proxy), () => roundTripMs, statsOf.get(PROXY) as WorldStats);

process.on('message', (message: { roundTripMs: number } | string) => {
  if (typeof message === 'string') return void process.send?.(statsOf.get(message));
  roundTripMs = message.roundTripMs;
  for (const stats of statsOf.values()) Object.assign(stats, emptyStats());
  process.send?.('ready');
});
process.send?.('ready');
process.on('disconnect', () => process.exit());
