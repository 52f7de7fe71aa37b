/** For any answer of a resolver, no request goes nearer to us than the registry is. */
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { type ADDRESSES, canUnshare, inNamespace } from '../support/namespace.ts';
import type { Seen, World } from '../namespace/world.ts';

/** By hand, and not by the code that is tested. */
const KINDS: Readonly<Record<(typeof ADDRESSES)[number] | '127.0.0.1', 'public' | 'near' | 'loopback' | 'never'>> = {
  '203.0.113.10': 'public',
  '203.0.113.20': 'public',
  '2001:db8::10': 'public',
  '10.0.0.5': 'near',
  '10.0.0.6': 'near',
  '192.0.0.1': 'near',
  '198.18.0.1': 'near',
  'fec0::1': 'near',
  '64:ff9b::a00:5': 'near',
  '2002:a00:5::1': 'near',
  '127.0.0.1': 'loopback',
  '169.254.169.254': 'never',
  '168.63.129.16': 'never',
  'fd20:ce::254': 'never',
};
const address = fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[]));
const addresses = fc.array(address, { minLength: 1, maxLength: 3 });
const PORTS = fc.constantFrom('', ':443');

const WORLD: fc.Arbitrary<World> = fc
  .record({
    registry: addresses,
    rebound: addresses,
    inner: addresses,
    literal: fc.option(address),
    port: PORTS,
    isRealm: fc.boolean(),
    http1: fc.boolean(),
  })
  .map(({ registry, rebound, inner, literal, port, isRealm, http1 }) => {
    const host = literal === null ? 'inner.example.com' : literal.includes(':') ? `[${literal}]` : literal;
    const place = `https://${host}${port}/${isRealm ? 'token' : 'config'}`;
    return {
      dns: { 'r.example.com': registry, 'inner.example.com': inner },
      rebound: { 'r.example.com': rebound },
      ...(isRealm ? { realm: place } : { redirect: place }),
      http1,
    };
  });

/** A request that arrived at an address, and may not have. */
function isWrong(line: string, { dns, rebound }: World): boolean {
  const [at = '', host = ''] = line.split(' ');
  const kind = KINDS[at as keyof typeof KINDS];
  if (host === 'r.example.com') return kind === 'never';
  const registry = [...(dns['r.example.com'] ?? []), ...(rebound?.['r.example.com'] ?? [])].map(
    (each) => KINDS[each as keyof typeof KINDS],
  );
  if (kind === 'public') return false;
  return kind === 'never' || registry.every((each) => each !== kind && each !== 'loopback');
}

/** Before a public address was seen it is not known that there is one: only the first answer counts for what must hold. */
function isWrongOfPublic(line: string, { dns }: World): boolean {
  const [at = '', host = ''] = line.split(' ');
  const isPublic = dns['r.example.com']?.some((each) => KINDS[each as keyof typeof KINDS] === 'public');
  return host !== 'r.example.com' && isPublic === true && KINDS[at as keyof typeof KINDS] !== 'public';
}

describe.skipIf(!canUnshare())('in a network of its own', () => {
  test(
    'answers of a resolver',
    async () => {
      const module = path.join(import.meta.dirname, '../namespace/world.ts');
      await fc.assert(
        fc.asyncProperty(fc.array(WORLD, { minLength: 8, maxLength: 8 }), async (worlds) => {
          const seen = await inNamespace<Seen[]>(module, worlds);
          for (const [index, world] of worlds.entries()) {
            const { requests, exitCode } = seen[index] as Seen;
            expect([0, 1, 2]).toContain(exitCode);
            expect(requests.filter((line) => isWrong(line, world) || isWrongOfPublic(line, world))).toEqual([]);
          }
        }),
        bounded(2),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});
