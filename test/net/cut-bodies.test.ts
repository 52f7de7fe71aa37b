/** Bodies that end too early, over HTTP/2 and HTTP/1.1: tried again, never taken for whole. */
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Transport } from '../../src/net/transport.ts';
import { CA_FILE } from '../support/internet.ts';

const tls = path.dirname(CA_FILE);
const NO_ERROR = 0;
const BODY = 'x'.repeat(1000);

describe('over HTTP/2', () => {
  let server: Http2SecureServer;
  let transport: Transport;
  let answer: (stream: ServerHttp2Stream) => void;
  beforeEach(async () => {
    server = createSecureServer({
      key: readFileSync(path.join(tls, 'server.key')),
      cert: readFileSync(path.join(tls, 'server.pem')),
    });
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      answer(stream);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    transport = new Transport(origin(), {
      authorities: () => createSecureContext({ ca: readFileSync(CA_FILE) }),
      proxyFor: () => null,
      userAgent: 'test',
      redact: (text) => text,
      readErrors: () => [],
      onExchange: () => {},
      tlsHint: null,
    });
  });
  afterEach(async () => {
    await transport.close();
    server.close();
  });
  const origin = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = (minBytes = 0): ReturnType<Transport['send']> =>
    transport.send({
      method: 'GET',
      url: new URL(origin()),
      headers: {},
      maxBytes: 4000,
      minBytes,
      signal: AbortSignal.timeout(5000),
    });
  const endEarly = (headers: Record<string, string>) => (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, ...headers });
    stream.write(BODY.slice(500), () => stream.close(NO_ERROR));
  };

  test('a stream that ends with NO_ERROR before its content-length', async () => {
    answer = endEarly({ 'content-length': '1000' });
    await expect(get()).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('a stream that ends with NO_ERROR before what a descriptor says', async () => {
    answer = endEarly({});
    await expect(get(1000)).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('a whole body is taken, with and without a length', async () => {
    for (const headers of [{}, { 'content-length': '1000' }]) {
      answer = (stream) => {
        stream.respond({ ':status': 200, ...headers });
        stream.end(BODY);
      };
      expect((await get(1000)).body).toHaveLength(1000);
    }
  });

  test('a compressed body may be shorter than its descriptor', async () => {
    answer = endEarly({ 'content-encoding': 'gzip' });
    expect((await get(1000)).body.length).toBeLessThan(1000);
  });
});
