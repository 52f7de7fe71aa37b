/**
 * The registries that the benchmark looks at, in a process of their own: three hosts each, with
 * TLS, HTTP/2 where the client offers it, tokens and a redirect to a CDN, behind a slow network.
 * Asked over IPC: `{ roundTripMs }` sets the network and forgets what was counted, `'stats'` answers.
 */
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  buildImage,
  buildTwoPlatforms,
  type Blob,
  type BuiltImage,
  type BuiltIndex,
} from '../../test/support/images.ts';
import { delayed, type DelayStats } from './delay.ts';
import { REGISTRIES, type RegistryHosts } from './registries.ts';

export interface WorldStats extends DelayStats {
  requests: number;
  lines: string[];
}

const TLS = path.join(import.meta.dirname, '../../test/support/tls');
const TOKEN = 'token-of-the-benchmark';
const TAGS = 1000;
const DIGESTS = 40;

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
const many = Array.from({ length: DIGESTS }, (_, at) => buildImage({ labels: { at: String(at) } }));
for (let at = 0; at < TAGS; at += 1) push(`v${at}`, many[at % DIGESTS] as BuiltImage);

const stats: WorldStats = { connections: 0, bytes: 0, firstByteAtMs: null, requests: 0, lines: [] };
let roundTripMs = 0;

type Answer = (status: number, body: string | Buffer, headers?: Record<string, string>) => void;

function answerRegistry(hosts: RegistryHosts, url: URL, authorization: string | undefined, answer: Answer): void {
  if (authorization !== `Bearer ${TOKEN}`) {
    const challenge = `Bearer realm="${hosts.realm}",service="${hosts.service}",scope="repository:acme/app:pull"`;
    const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
    return answer(401, body, { 'www-authenticate': challenge, 'content-type': 'application/json' });
  }
  if (url.pathname === '/v2/') return answer(200, '{}', { 'docker-distribution-api-version': 'registry/2.0' });
  if (url.pathname.endsWith('/tags/list')) {
    const tags = [...manifests.keys()].filter((tag) => !tag.includes(':'));
    const prefix = /^\/v2\/acme\/app(?:-([0-9]+))?\//.exec(url.pathname)?.[1];
    const shown = prefix === undefined ? tags : tags.filter((tag) => tag.startsWith('v')).slice(0, Number(prefix));
    return answer(200, JSON.stringify({ name: 'acme/app', tags: shown }), { 'content-type': 'application/json' });
  }
  const [kind, name = ''] = url.pathname.split('/').slice(-2);
  const blob = kind === 'manifests' ? manifests.get(name) : undefined;
  if (blob) {
    return answer(200, blob.bytes, { 'content-type': blob.mediaType, 'docker-content-digest': blob.digest });
  }
  if (kind === 'blobs' && blobs.has(name)) {
    return answer(307, '', { location: `https://${hosts.cdn}/blobs/${name}?signature=presigned` });
  }
  return answer(404, JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'unknown' }] }), {
    'content-type': 'application/json',
  });
}

function handle(request: Http2ServerRequest, response: Http2ServerResponse): void {
  const host = request.headers[':authority'] ?? request.headers.host ?? '';
  const url = new URL(request.url, `https://${host}`);
  stats.requests += 1;
  stats.lines.push(`${request.method} ${host}${url.pathname} HTTP/${request.httpVersion}`);
  const answer: Answer = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
    response.end(request.method === 'HEAD' ? '' : body);
  };
  for (const hosts of Object.values(REGISTRIES)) {
    const realm = new URL(hosts.realm);
    if (host === realm.host && url.pathname === realm.pathname) {
      return answer(200, JSON.stringify({ token: TOKEN, access_token: TOKEN, expires_in: 300 }), {
        'content-type': 'application/json',
      });
    }
    if (hosts.registry.includes(host)) return answerRegistry(hosts, url, request.headers.authorization, answer);
    if (host === hosts.cdn) {
      const blob = blobs.get(url.pathname.split('/').at(-1) as string);
      return blob ? answer(200, blob.bytes, { 'content-type': 'application/octet-stream' }) : answer(404, '');
    }
  }
  answer(502, '');
}

const server = createSecureServer(
  {
    key: readFileSync(path.join(TLS, 'server.key')),
    cert: readFileSync(path.join(TLS, 'server.pem')),
    allowHTTP1: true,
  },
  handle,
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
await delayed('127.0.0.1', 443, port, () => roundTripMs, stats);

process.on('message', (message: { roundTripMs: number } | 'stats') => {
  if (message === 'stats') return void process.send?.(stats);
  roundTripMs = message.roundTripMs;
  Object.assign(stats, { connections: 0, bytes: 0, firstByteAtMs: null, requests: 0, lines: [] });
  process.send?.('ready');
});
process.send?.('ready');
process.on('disconnect', () => process.exit());
