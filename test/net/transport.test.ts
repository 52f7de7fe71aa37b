import { createSecureContext } from 'node:tls';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressKind } from '../../src/base/address.ts';
import { toTransportError } from '../../src/net/transport-errors.ts';
import type { Network } from '../../src/net/network.ts';
import { Transport } from '../../src/net/transport.ts';
import { FakeRegistry } from '../support/registry.ts';

const network: Network = {
  authorities: () => createSecureContext(),
  proxyFor: () => null,
  userAgent: 'test',
  redact: (text) => text,
  readErrors: () => [],
  onExchange: () => {},
  tlsHint: null,
};
const signal = new AbortController().signal;
const get = (url: string): Parameters<Transport['send']>[0] => ({
  method: 'GET',
  url: new URL(url),
  headers: {},
  maxBytes: 1000,
  signal,
});

/** A name that this machine resolves to an address near to it, other than localhost, which is known by name. */
async function nearName(): Promise<string | null> {
  for (const name of ['ip6-localhost', hostname(), 'localhost.localdomain']) {
    const kind = addressKind((await lookup(name).catch(() => null))?.address ?? '');
    if (kind !== null && kind !== 'public') return name;
  }
  return null;
}

describe('the address that is really connected to is guarded (R-8)', () => {
  let registry: FakeRegistry;
  beforeEach(async () => void (registry = await FakeRegistry.start()));
  afterEach(() => registry.stop());
  const port = (): string => registry.host().split(':')[1] as string;

  test('a name that resolves to an address near to us is refused on behalf of a public registry', async ({ skip }) => {
    const name = await nearName();
    if (name === null) return skip('no name of this machine resolves to a near address');
    const transport = new Transport('https://r.example.com', network);
    await expect(transport.send(get(`http://${name}:${port()}/`))).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/loopback|private|metadata/),
    });
    await transport.close();
    expect(registry.requests).toEqual([]);
  });

  test.each(['127.0.0.1', '169.254.169.254', '10.0.0.1', '[::1]', '0.0.0.0'])(
    'the literal %s is refused before a connection',
    async (host) => {
      const transport = new Transport('https://r.example.com', network);
      await expect(transport.send(get(`http://${host}:${port()}/`))).rejects.toMatchObject({ code: 'protocol' });
      await transport.close();
      expect(registry.requests).toEqual([]);
    },
  );

  test('an early connection is guarded as a request is, by address and by name', async () => {
    const name = await nearName();
    const transport = new Transport('https://r.example.com', network);
    for (const host of ['127.0.0.1', 'localhost', ...(name === null ? [] : [name])])
      void transport.preconnect(new URL(`https://${host}:${port()}/`));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await transport.close();
    expect(registry.connections.registry).toBe(0);
    // The same is open to a registry that is on loopback itself.
    const own = new Transport(`https://${registry.host()}`, network);
    void own.preconnect(new URL(`https://${registry.host()}/`));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await own.close();
    expect(registry.connections.registry).toBe(1);
  });

  test('the metadata service is refused even to a registry on loopback (R-9)', async () => {
    const transport = new Transport('http://127.0.0.1:1', network);
    await expect(transport.send(get('http://169.254.169.254/'))).rejects.toMatchObject({ code: 'protocol' });
    await transport.close();
  });

  test('the registry itself may be where it is', async () => {
    const transport = new Transport(`http://${registry.host()}`, network);
    expect((await transport.send(get(`http://${registry.host()}/v2/`))).status).toBe(401);
    await transport.close();
  });
});

describe('what a failed exchange means, by the code of its error (H-1, H-2)', () => {
  const url = new URL('https://r.example.com/secret?query');
  test.each([
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['ECONNREFUSED', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['UND_ERR_SOCKET', 'unreachable'],
    ['ERR_HTTP2_GOAWAY_SESSION', 'unreachable'],
    ['UND_ERR_INFO', 'unreachable'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['UND_ERR_HEADERS_OVERFLOW', 'too-large'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['SOMETHING_NEW', 'unreachable'],
  ])('%s is %s', (code, expected) => {
    const cause = Object.assign(new Error('header: Basic c2VjcmV0'), { code });
    for (const error of [cause, new AggregateError([cause]), new TypeError('fetch failed', { cause })]) {
      const meaning = toTransportError(error, url, signal, network);
      expect(meaning.code).toBe(expected);
      expect(meaning.message + String(meaning.hint) + String(meaning.cause)).not.toMatch(/secret|c2VjcmV0/);
    }
  });
});
