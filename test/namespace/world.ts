/**
 * Run inside of a namespace: a resolver, one TLS server on every address, and the action in between.
 * `r.example.com` is the registry; every other host has a token for the asking and the config for any path.
 */
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import path from 'node:path';
import { decode, encode, type StringAnswer } from 'dns-packet';
import { buildImage } from '../support/images.ts';
import { CA_FILE } from '../support/internet.ts';
import { runAction } from '../support/runner.ts';

export interface World {
  /** Name to addresses, in order. */
  readonly dns: Record<string, readonly string[]>;
  /** The same from the second time on that a name is asked for. */
  readonly rebound?: Record<string, readonly string[]>;
  readonly image?: string;
  /** Where the registry sends for its config; absent: it gives it itself. */
  readonly redirect?: string;
  /** Where the registry sends for a token; absent: it wants none. */
  readonly realm?: string;
  readonly http1?: boolean;
  readonly env?: Record<string, string>;
}

export interface Seen {
  readonly exitCode: number;
  readonly stdout: string;
  /** `address host path [authorization]`, in order of arrival. */
  readonly requests: readonly string[];
}

export const TOKEN = 'token-of-an-internal-service';

if (import.meta.filename === process.argv[1]) {
  const [result, input] = process.argv.slice(2) as [string, string];
  const seen: Seen[] = [];
  for (const world of JSON.parse(input) as World[]) seen.push(await visit(world));
  writeFileSync(result, JSON.stringify(seen));
  process.exit();
}

async function visit(world: World): Promise<Seen> {
  const { image = 'r.example.com/app:main', redirect, realm, http1, env } = world;
  const resolver = await answerNames(world);
  const built = buildImage();
  const requests: string[] = [];
  const tls = path.dirname(CA_FILE);
  const server = createSecureServer(
    {
      key: readFileSync(path.join(tls, 'server.key')),
      cert: readFileSync(path.join(tls, 'server.pem')),
      allowHTTP1: true,
      ...(http1 ? { ALPNProtocols: ['http/1.1'] } : {}),
    },
    (request, response) => {
      const host = request.authority || (request.headers.host ?? '');
      const { authorization } = request.headers;
      const address = request.socket.localAddress?.replace('::ffff:', '') ?? '';
      requests.push([address, host, request.url, authorization].filter(Boolean).join(' '));
      if (host !== 'r.example.com') {
        return void response.end(
          request.url.startsWith('/token') ? JSON.stringify({ token: TOKEN }) : built.config.bytes,
        );
      }
      if (realm !== undefined && authorization !== `Bearer ${TOKEN}`) {
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      }
      if (request.url.includes('/manifests/')) {
        return void response.writeHead(200, { 'content-type': built.manifest.mediaType }).end(built.manifest.bytes);
      }
      if (redirect === undefined) return void response.end(built.config.bytes);
      return void response.writeHead(307, { location: redirect }).end();
    },
  );
  await new Promise<void>((resolve) => server.listen(443, '::', resolve));
  const { exitCode, stdout } = await runAction({
    inputs: { image, 'ca-file': CA_FILE, timeout: '10s' },
    ...(env && { env }),
  });
  resolver.close();
  server.close();
  return { exitCode, stdout, requests };
}

/** A resolver that knows these names and no others. */
async function answerNames({ dns, rebound = {} }: World): Promise<Socket> {
  const socket = createSocket('udp4');
  const asked = new Set<string>();
  socket.on('message', (message, { port, address }) => {
    const query = decode(message);
    const [question] = query.questions ?? [];
    const name = question?.name ?? '';
    const key = `${name} ${question?.type}`;
    const addresses = asked.has(key) ? (rebound[name] ?? dns[name]) : dns[name];
    asked.add(key);
    const answers = (addresses ?? [])
      .filter((text) => question?.type === (text.includes(':') ? 'AAAA' : 'A'))
      .map((data): StringAnswer => ({ name, type: data.includes(':') ? 'AAAA' : 'A', ttl: 1, data }));
    const rcode = name in dns ? 0 : 3;
    const flags = 0x8180 | rcode;
    socket.send(
      encode({
        type: 'response',
        ...(query.id === undefined ? {} : { id: query.id }),
        flags,
        questions: query.questions ?? [],
        answers,
      }),
      port,
      address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(53, '127.0.0.1', resolve));
  return socket;
}
