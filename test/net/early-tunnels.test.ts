/** Tunnels that are opened before there is a request, through a real proxy. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Network } from '../../src/net/network.ts';
import { ProxyUrl } from '../../src/net/proxy.ts';
import { Transport } from '../../src/net/transport.ts';

let proxy: Server;
let storage: TcpServer;
let tunnels: string[];
let direct: number;
beforeEach(async () => {
  [tunnels, direct] = [[], 0];
  proxy = createServer((_, response) => response.end('{}'));
  proxy.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    socket.destroy();
  });
  storage = createTcpServer((socket) => {
    direct += 1;
    socket.destroy();
  });
  for (const server of [proxy, storage]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  proxy.close();
  storage.close();
});

const portOf = (server: Server | TcpServer): number => (server.address() as AddressInfo).port;

test('what leads to the proxy itself makes no tunnel', async () => {
  const network: Network = {
    authorities: () => createSecureContext(),
    proxyFor: () => new ProxyUrl(`http://127.0.0.1:${portOf(proxy)}`, 'HTTPS_PROXY'),
    userAgent: 'test',
    redact: (text) => text,
    readErrors: () => [],
    onExchange: () => {},
    tlsHint: null,
  };
  const registry = new URL('http://127.0.0.1:1/v2/');
  const transport = new Transport(registry.origin, network);
  const exchange = { method: 'GET', headers: {}, maxBytes: 1000, signal: new AbortController().signal } as const;
  const elsewhere = new URL(`https://127.0.0.1:${portOf(storage)}/`);
  expect(await transport.send({ ...exchange, url: registry })).toMatchObject({ status: 200 });
  await transport.preconnect(elsewhere);
  await expect(transport.send({ ...exchange, url: elsewhere })).rejects.toMatchObject({ code: 'unreachable' });
  await transport.close();
  expect([tunnels, direct]).toEqual([[elsewhere.host], 0]);
});
