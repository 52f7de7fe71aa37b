/** Where a registry may send us, by the addresses that its names have (catalogue ). */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canUnshare, inNamespace } from '../support/namespace.ts';
import { type Seen, TOKEN, type World } from './world.ts';

const PUBLIC = '203.0.113.10';
const visit = async (world: World): Promise<Seen> =>
  (await inNamespace<Seen[]>(path.join(import.meta.dirname, 'world.ts'), [world]))[0] as Seen;
const elsewhere = ({ requests }: Seen): string[] => requests.filter((line) => !line.includes(' r.example.com '));

describe.skipIf(!canUnshare())('in a network of its own', () => {
  describe.each([
    ['HTTP/2', false],
    ['HTTP/1.1', true],
  ])('over %s', (_, http1) => {
    test.each([
      ['10.0.0.5', '10.0.0.6', 'private'],
      ['10.0.0.5', '10.0.0.5', 'private'],
      ['127.0.0.1', '127.0.0.1', 'loopback'],
      ['127.0.0.1', '10.0.0.6', 'private'],
    ])('a public registry that also names %s may not redirect to %s', async (also, inner, kind) => {
      for (const addresses of [
        [PUBLIC, also],
        [also, PUBLIC],
      ]) {
        const dns = { 'r.example.com': addresses, 'inner.example.com': [inner] };
        const seen = await visit({ dns, redirect: 'https://inner.example.com/c', http1 });
        expect(seen.exitCode).toBe(2);
        expect(seen.stdout).toContain(`inner.example.com is a ${kind} address; refused`);
        expect(elsewhere(seen)).toEqual([]);
      }
    });

    test('nor name a token service there, whose token would be sent to the public address', async () => {
      const dns = { 'r.example.com': [PUBLIC, '10.0.0.5'], 'inner.example.com': ['10.0.0.6'] };
      const seen = await visit({ dns, realm: 'https://inner.example.com/token', http1 });
      expect(seen.exitCode).toBe(2);
      expect(seen.requests.join('\n')).not.toContain(TOKEN);
      expect(elsewhere(seen)).toEqual([]);
    });

    test('a registry on a private network may redirect and send for a token within it', async () => {
      const dns = { 'r.example.com': ['10.0.0.5'], 'inner.example.com': ['10.0.0.6'] };
      const [redirect, realm] = ['https://inner.example.com/c', 'https://inner.example.com/token'];
      const seen = await visit({ dns, redirect, realm, http1 });
      expect(seen.exitCode).toBe(0);
      expect(elsewhere(seen)).toEqual([
        '10.0.0.6 inner.example.com /token?scope=repository%3Aapp%3Apull',
        '10.0.0.6 inner.example.com /c',
      ]);
    });

    test('but not to loopback', async () => {
      const dns = { 'r.example.com': ['10.0.0.5'], 'inner.example.com': ['127.0.0.1'] };
      const seen = await visit({ dns, redirect: 'https://inner.example.com/c', http1 });
      expect(seen.exitCode).toBe(2);
      expect(elsewhere(seen)).toEqual([]);
    });
  });

  test.each([
    ['198.18.0.1', 'private'],
    ['192.0.0.1', 'private'],
    ['168.63.129.16', 'metadata'],
    ['169.254.169.254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['fec0::1', 'private'],
    ['64:ff9b::a00:5', 'private'],
    ['2002:a00:5::1', 'private'],
  ])('a name with the address %s is %s: not connected to', async (address, kind) => {
    const dns = { 'r.example.com': [PUBLIC], 'inner.example.com': [address] };
    const seen = await visit({ dns, redirect: 'https://inner.example.com/c' });
    expect(seen.exitCode).toBe(2);
    expect(seen.stdout).toContain(`inner.example.com is a ${kind} address; refused`);
    expect(elsewhere(seen)).toEqual([]);
  });

  test.each([
    'https://localhost./c',
    'https://inner.localhost/c',
    'https://[64:ff9b::10.0.0.5]/c',
    'https://168.63.129.16/c',
  ])('%s is refused by its name', async (redirect) => {
    const dns = { 'r.example.com': [PUBLIC], 'inner.localhost': ['203.0.113.20'] };
    const seen = await visit({ dns, redirect });
    expect(seen.exitCode).toBe(2);
    expect(seen.stdout).toContain('refused to connect to it on behalf of https://r.example.com');
    expect(elsewhere(seen)).toEqual([]);
  });

  test('a public storage is followed, by either version of the internet protocol', async () => {
    for (const address of ['203.0.113.20', '2001:db8::10']) {
      const dns = { 'r.example.com': [PUBLIC], 'cdn.example.com': [address] };
      const seen = await visit({ dns, redirect: 'https://cdn.example.com/c' });
      expect(seen.exitCode).toBe(0);
      expect(elsewhere(seen)).toEqual([`${address} cdn.example.com /c`]);
    }
  });
});
