/** Connections that are opened before there is a request, against real TLS servers over HTTP/2 and HTTP/1.1. */
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connections } from '../../src/net/connections.ts';
import { CA_FILE } from '../support/internet.ts';

const TLS = path.dirname(CA_FILE);
const read = (name: string): Buffer => readFileSync(path.join(TLS, name));
const authorities = (): ReturnType<typeof createSecureContext> => createSecureContext({ ca: read('ca.pem') });

const tls = { key: read('server.key'), cert: read('server.pem') };

describe.each([
  [
    '2.0',
    (): Http2SecureServer => createSecureServer(tls, (request, response) => void response.end(request.httpVersion)),
  ],
  ['1.1', (): Server => createServer(tls, (request, response) => void response.end(request.httpVersion))],
])('over HTTP/%s', (version, makeServer) => {
  let server: Http2SecureServer | Server;
  let sockets: TLSSocket[];
  let connections: Connections;
  let url: URL;
  beforeEach(async () => {
    sockets = [];
    server = makeServer();
    server.on('secureConnection', (socket: TLSSocket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    connections = new Connections(url, { authorities, proxyFor: () => null });
  });
  afterEach(async () => {
    await connections.destroy();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = async (): Promise<string> => {
    const dispatcher = await connections.dispatcher(url);
    const { body } = await dispatcher.request({ origin: url.origin, path: '/', method: 'GET' });
    return body.text();
  };
  const until = async (isTrue: () => boolean): Promise<void> => {
    for (let at = 0; at < 200 && !isTrue(); at += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isTrue()).toBe(true);
  };

  test('the first request takes over what is open, and the next ones stay on it', async () => {
    void connections.preconnect(url);
    await until(() => sockets.length === 1);
    expect(await ask()).toBe(version);
    void connections.preconnect(url);
    expect(await ask()).toBe(version);
    expect(sockets).toHaveLength(1);
  });

  test('the first request takes over what is still on its way', async () => {
    void connections.preconnect(url);
    expect(await ask()).toBe(version);
    expect(sockets).toHaveLength(1);
  });

  test('one that was closed while it waited is replaced', async () => {
    void connections.preconnect(url);
    await until(() => sockets.length === 1);
    sockets[0]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await ask()).toBe(version);
    expect(sockets).toHaveLength(2);
  });

  test('one that is not used ends with the run', async () => {
    void connections.preconnect(url);
    await until(() => sockets.length === 1);
    await connections.destroy();
    await until(() => sockets[0]?.destroyed ?? false);
    expect(sockets).toHaveLength(1);
  });

  test('a host without a connection is an error of the request, and of nothing else', async () => {
    const closed = new URL('https://127.0.0.1:1/');
    void connections.preconnect(closed);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const dispatcher = await connections.dispatcher(url);
    await expect(dispatcher.request({ origin: closed.origin, path: '/', method: 'GET' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('a certificate that is not trusted is refused early as late', async () => {
    const strangers = new Connections(url, { authorities: () => createSecureContext(), proxyFor: () => null });
    void strangers.preconnect(url);
    const dispatcher = await strangers.dispatcher(url);
    await expect(dispatcher.request({ origin: url.origin, path: '/', method: 'GET' })).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    await strangers.destroy();
  });
});
