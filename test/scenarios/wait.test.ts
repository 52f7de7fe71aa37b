import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

let registry: FakeRegistry;
beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));
afterEach(() => registry.stop());
const run = (inputs: Record<string, string>): Promise<Run> =>
  runAction({ inputs: { image: registry.reference('app', 'main'), ...inputs } });
const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

describe('wait-timeout keeps looking until pass', () => {
  test('an image that arrives later passes soon after, with a line a look (H-19)', async () => {
    setTimeout(() => registry.push('app', 'main', buildImage()), 3_000);
    const started = Date.now();
    const result = await run({ 'wait-timeout': '30s' });
    expect(result.exitCode).toBe(0);
    expect(Date.now() - started).toBeLessThan(8_500);
    expect(result.stdout).toMatch(/^waiting, look 1 after 0 s: .*does not exist/m);
    expect(result.stdout).toMatch(/waited \d+ s, [23] looks/);
    expect(result.report).toMatchObject({ waited: { looks: expect.any(Number) } });
  });

  test('a stale image is asked about with one HEAD a look, and read again only when it has changed', async () => {
    registry.push('app', 'main', stale);
    setTimeout(() => registry.push('app', 'main', buildImage()), 5_000);
    const result = await run({ 'wait-timeout': '30s' });
    expect(result.exitCode).toBe(0);
    const tags = registry.lines().filter((line) => line.endsWith('/manifests/main'));
    expect(tags.filter((line) => line.startsWith('GET'))).toHaveLength(1);
    expect(tags.filter((line) => line.startsWith('HEAD')).length).toBeGreaterThanOrEqual(2);
    expect(registry.lines().filter((line) => line.includes('/blobs/'))).toHaveLength(2);
  });

  test('the last completed look decides, and the deadline is kept to the second', async () => {
    registry.push('app', 'main', stale);
    const started = Date.now();
    const result = await run({ 'wait-timeout': '6s' });
    expect(result.outputs['result']).toBe('fail');
    expect(result.exitCode).toBe(1);
    expect(Date.now() - started).toBeLessThan(7_000);
  });

  test('the last pause is cut, so that an image that is there before the end is seen', async () => {
    setTimeout(() => registry.push('app', 'main', buildImage()), 3_600);
    const result = await run({ 'wait-timeout': '5s' });
    expect(result.exitCode).toBe(0);
  });

  test('no look outlives the end, however many are waiting for their turn', async () => {
    for (let at = 0; at < 40; at += 1) registry.push('app', `v${at}`, stale);
    registry.override(({ path }) => (path.includes('/tags/') ? false : new Promise(() => {})));
    const started = Date.now();
    const result = await run({ image: `${registry.host()}/app:v*`, 'wait-timeout': '4s' });
    expect(result.exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('with require: any, one that can never be read does not end the waiting for another', async () => {
    setTimeout(() => registry.push('app', 'main', buildImage()), 2_500);
    const denied = await FakeRegistry.start({ auth: 'basic', username: 'u', password: 'p' });
    const image = `${denied.reference('app', 'main')}\n${registry.reference('app', 'main')}`;
    const result = await run({ image, require: 'any', 'wait-timeout': '15s' });
    await denied.stop();
    expect(result.exitCode).toBe(0);
    expect(result.outputs['result']).toBe('pass');
    // The contract promises a warning for what could not be read.
    expect(result.stdout).toMatch(/^::warning title=127\.0\.0\.1%3A\d+\/app%3Amain::.*wants a user name and password/m);
  });

  test('a look that the deadline cuts short does not count', async () => {
    registry.push('app', 'main', stale);
    let hang = false;
    registry.override((request) => (hang && request.method === 'HEAD') || (hang && request.method === 'GET'));
    setTimeout(() => (hang = true), 1_000);
    const result = await run({ 'wait-timeout': '5s' });
    expect(result.outputs['result']).toBe('fail');
  });

  test('faults of the moment are waited out', async () => {
    registry.push('app', 'main', buildImage());
    const until = Date.now() + 7_000;
    registry.override((_, response) => {
      if (Date.now() > until) return false;
      send(response, 503, '{}');
      return true;
    });
    expect((await run({ 'wait-timeout': '30s' })).exitCode).toBe(0);
  });

  test.each([
    ['401', 401],
    ['403', 403],
  ])('%s ends it at once', async (_, status) => {
    registry.override((__, response) => send(response, status, '{}'));
    const started = Date.now();
    const result = await run({ 'wait-timeout': '30s' });
    expect(result.exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test('a digest that lies ends it at once', async () => {
    registry.push('app', 'main', buildImage());
    registry.override((request, response) => {
      if (!request.path.includes('/blobs/')) return false;
      send(response, 200, Buffer.alloc(300, 0x20));
      return true;
    });
    const started = Date.now();
    expect((await run({ 'wait-timeout': '30s' })).exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test('429 with Retry-After is respected', async () => {
    registry.push('app', 'main', buildImage());
    const times: number[] = [];
    registry.override((_, response) => {
      times.push(Date.now());
      if (times.length > 1) return false;
      // Longer than one look retries within its own time of 2 s.
      send(response, 429, '{}', { 'retry-after': '5' });
      return true;
    });
    expect((await run({ 'wait-timeout': '30s', timeout: '2s' })).exitCode).toBe(0);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(4_900);
  });
});
