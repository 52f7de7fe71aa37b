/** One answer that never comes holds up its own look, and no other. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { CA_FILE } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

const images = Array.from({ length: 6 }, (_, at) => buildImage({ env: [`AT=${at}`] }));
const stalled = `/blobs/${images[2]?.config.digest}`;

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  for (const [at, image] of images.entries()) registry.push('app', `v${at}`, image);
  registry.override(({ path: at }) => at.endsWith(stalled));
});
afterEach(() => registry.stop());

describe('six images, one of which has a config that never comes', () => {
  const inputs = (host: string): Record<string, string> => ({
    image: images.map((_, at) => `${host}/app:v${at}`).join('\n'),
    require: 'any',
    timeout: '3s',
  });

  test('over HTTP/1.1', async () => {
    const run = await runAction({ inputs: inputs(registry.host()) });
    expect(run.outputs['result']).toBe('pass');
    const results = (JSON.parse(run.outputs['images'] ?? '') as { result: string }[]).map(({ result }) => result);
    expect(results.toSorted()).toEqual(['error', 'pass', 'pass', 'pass', 'pass', 'pass']);
  });

  describe('over HTTPS, where only the handshake tells the protocol', () => {
    let server: Server;
    let connections: number;
    beforeEach(async () => {
      const tls = path.dirname(CA_FILE);
      connections = 0;
      server = createServer(
        { key: readFileSync(path.join(tls, 'server.key')), cert: readFileSync(path.join(tls, 'server.pem')) },
        (request, response) => {
          if (request.url?.endsWith(stalled)) return;
          void fetch(`http://${registry.host()}${request.url}`).then(async (answer) => {
            const body = Buffer.from(await answer.arrayBuffer());
            response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
          });
        },
      );
      server.on('secureConnection', () => (connections += 1));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    test('HTTP/1.1', async () => {
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const run = await runAction({ inputs: { ...inputs(host), 'plain-http': 'none', 'ca-file': CA_FILE } });
      expect(run.outputs['result']).toBe('pass');
      const results = (JSON.parse(run.outputs['images'] ?? '') as { result: string }[]).map(({ result }) => result);
      expect(results.filter((result) => result === 'pass')).toHaveLength(5);
      expect(connections).toBeLessThanOrEqual(7);
    });
  });
});

test('a HEAD that is answered with a body is read with a GET, and breaks nothing', async () => {
  const odd = await FakeRegistry.start({ auth: 'none', cdn: false });
  for (const [at, image] of images.entries()) odd.push('app', `v${at}`, image);
  odd.override(({ method, path: at }, response) => {
    if (method !== 'HEAD') return false;
    const body = `body of ${at}`.repeat(20);
    response.req.socket.write(
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return true;
  });
  const run = await runAction({ inputs: { image: `${odd.host()}/app:v*` } });
  await odd.stop();
  expect(run.outputs['result']).toBe('pass');
});
