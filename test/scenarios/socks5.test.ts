/** A SOCKS5 proxy. */
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { Internet } from '../support/internet.ts';
import { runAction } from '../support/runner.ts';

let internet: Internet;

beforeEach(async () => void (internet = await Internet.start()));

afterEach(() => internet.stop());

test.each(['main', 'a,b,c,d,e'])('a SOCKS5 proxy is spoken to in SOCKS5: %s', async (tags) => {
  const image = buildImage();
  internet.site('r.example.com', ({ path }, response) => {
    const blob = path.includes('/manifests/') ? image.manifest : image.config;
    response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
  });
  // RFC 1928, without authentication, to the TLS server of this internet.
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        const upstream = connect(internet.webPort, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]));
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const run = await runAction({
    inputs: {
      ...internet.inputs,
      image: tags
        .split(',')
        .map((tag) => `r.example.com/app:${tag}`)
        .join('\n'),
      timeout: '8s',
    },
    env: { HTTPS_PROXY: `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
  });
  proxy.close();
  expect(run.outputs['result']).toBe('pass');
  expect(run.stderr).toBe('');
});
