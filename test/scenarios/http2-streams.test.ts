/** HTTP/2 servers that allow fewer streams than we open before they have said so. (RFC 9113, sections 3.4 and 5.1.2) */
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2Session } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { delayed } from '../../scripts/bench/delay.ts';
import { type Blob, buildImage, buildIndex } from '../support/images.ts';
import { CA_FILE } from '../support/internet.ts';
import { runAction } from '../support/runner.ts';

const TLS = path.join(path.dirname(CA_FILE), 'server');
const PLATFORMS = ['amd64', '386', 'arm64', 'arm/v7', 'arm/v6', 'ppc64le', 's390x', 'riscv64'];
const index = buildIndex(PLATFORMS.map((name) => buildImage({ platform: `linux/${name}` })));
const contents = new Map<string, Blob>([['main', index.manifest]]);
for (const { manifest, config } of index.children) contents.set(manifest.digest, manifest).set(config.digest, config);

const servers: Server[] = [];
const sessions = new Set<Http2Session>();
afterEach(async () => {
  for (const session of sessions) session.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Answers each request after a while, so that streams pile up; blobs are elsewhere, if there is an elsewhere. */
async function serve(maxConcurrentStreams: number, elsewhere?: string, isParting = false): Promise<string> {
  const keys = { key: readFileSync(`${TLS}.key`), cert: readFileSync(`${TLS}.pem`) };
  const server = createSecureServer({ ...keys, settings: { maxConcurrentStreams } });
  server.on('session', (session) => sessions.add(session));
  server.on('request', (request, response) => {
    const blob = contents.get(request.url.split('/').at(-1) ?? '');
    const answer = (): unknown => {
      if (response.stream.destroyed) return undefined;
      if (!blob) return response.writeHead(404).end();
      if (elsewhere !== undefined && request.url.includes('/blobs/'))
        return response.writeHead(307, { location: `https://${elsewhere}${request.url}` }).end();
      response.writeHead(200, { 'content-type': blob.mediaType, 'content-length': blob.bytes.length });
      return response.end(blob.bytes, () => isParting && response.stream.session?.close());
    };
    setTimeout(answer, 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // So far away that its SETTINGS are not there when the connection is.
  const stats = { connections: 0, bytes: 0, firstByteAtMs: null, openedAtMs: null, toldAtMs: null };
  const far = await delayed('127.0.0.1', 0, (server.address() as AddressInfo).port, () => 60, stats);
  servers.push(server, far);
  return `127.0.0.1:${(far.address() as AddressInfo).port}`;
}

test.each([[1], [2], [5], [100]])('%i at once: what is refused is asked for again', async (streams) => {
  const host = await serve(100, await serve(streams));
  const image = `${host}/acme/app:main`;
  const { exitCode, stdout, seconds } = await runAction({
    inputs: { image, 'ca-file': CA_FILE, 'plain-http': 'none' },
  });
  expect(stdout).toContain('✓');
  expect(exitCode).toBe(0);
  expect(seconds).toBeLessThan(10);
});

test('one at once, and a connection for each: the number is kept, so that none is refused twice', async () => {
  const host = await serve(100, await serve(1, undefined, true));
  const inputs = { image: `${host}/acme/app:main`, 'ca-file': CA_FILE, 'plain-http': 'none' };
  const { exitCode, stdout } = await runAction({ inputs, env: { RUNNER_DEBUG: '1' } });
  expect(exitCode).toBe(0);
  const sent = stdout.match(/^::debug::GET .*: [0-9]+, [0-9]+ bytes/gm) ?? [];
  // undici asks again once by itself; what is refused twice would have no status.
  expect(sent.filter((line) => line.includes(': 0, 0 bytes'))).toEqual([]);
  expect(sent.length).toBeGreaterThanOrEqual(25);
});
