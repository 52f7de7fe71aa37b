/**
 * What each kind of registry costs in dependent round trips. crane's, for one platform, were counted beside ours in
 * `npm run bench`; a handshake of TCP and one of TLS 1.3 are one each. crane sends six requests to the first kind, twice that
 * for both platforms.
 */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostsFile } from '../../scripts/bench/registries.ts';
import { canUnshare, inNamespace } from '../support/namespace.ts';
import type { Cost, Scenario } from './measure.ts';

const NAMED = ['--trusted-auth-hosts', 'registry.example.com=auth.example.com'];
const ATTEMPTS = 3;

/** A busy machine can only add to it. */
async function costOf(scenario: Scenario, most: number): Promise<Cost> {
  let best: Cost | null = null;
  for (let attempt = 0; attempt < ATTEMPTS && (best === null || best.trips > most); attempt += 1) {
    const cost = await inNamespace<Cost>(path.join(import.meta.dirname, 'measure.ts'), scenario, hostsFile());
    if (best === null || cost.trips < best.trips) best = cost;
  }
  return best as Cost;
}

describe.skipIf(!canUnshare()).concurrent('dependent round trips', () => {
  test.each<[string, Scenario, number, number]>([
    ['a registry never seen before', { registry: 'never seen before' }, 12, 9],
    ['the same, eight platforms', { registry: 'never seen before', tag: 'eight' }, 12, 27],
    ['the same, its token host named', { registry: 'never seen before', args: NAMED }, 10, 9],
    ['the same over HTTP/1.1', { registry: 'never seen before, over HTTP/1.1' }, 12, 9],
    ['over HTTP/1.1, eight platforms', { registry: 'never seen before, over HTTP/1.1', tag: 'eight' }, 12, 27],
    ['Docker Hub', { registry: 'Docker Hub' }, 7, 8],
    ['ghcr.io', { registry: 'ghcr.io' }, 7, 8],
    ['a token of its own host', { registry: 'token on its own host' }, 7, 7],
    ['Basic', { registry: 'Basic' }, 6, 6],
    ['anonymous, with a CDN', { registry: 'anonymous, with a CDN' }, 8, 7],
    ['plain HTTP', { registry: 'plain HTTP' }, 4, 5],
    ['anonymous, over HTTP/1.1', { registry: 'anonymous, over HTTP/1.1' }, 5, 5],
    ['never seen before, by proxy', { registry: 'never seen before', byProxy: true }, 15, 9],
    ['the same, its token host named', { registry: 'never seen before', byProxy: true, args: NAMED }, 12, 9],
    ['ghcr.io by proxy', { registry: 'ghcr.io', byProxy: true }, 8, 8],
    ['Docker Hub by proxy', { registry: 'Docker Hub', byProxy: true }, 8, 8],
  ])(
    '%s',
    async (name, scenario, most, requests) => {
      const cost = await costOf(scenario, most);
      expect(cost.output).toContain('✓');
      console.info(`${name}: ${cost.trips} round trips, ${cost.requests.length} requests`);
      expect(cost.trips).toBeLessThanOrEqual(most);
      expect(cost.requests).toHaveLength(requests);
    },
    120_000,
  );
});
