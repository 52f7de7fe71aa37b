/** Sentences of the contract that have no subject of their own. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const main = (): string => registry.reference('app', 'main');

describe('what the contract says', () => {
  test('plain-http takes loopback beside hosts', async () => {
    registry.push('app', 'main', buildImage());
    expect(
      (await runAction({ inputs: { image: main(), 'plain-http': 'loopback, registry.local:5000' } })).exitCode,
    ).toBe(0);
    const wrong = await runAction({ inputs: { image: main(), 'plain-http': 'none, registry.local:5000' } });
    expect(wrong.stdout).toContain('plain-http: ');
    expect(wrong.exitCode).toBe(2);
  });

  test.each([
    ['{} with 200', 200, '{}', 'missing'],
    ['a web page with 200', 200, '<html>', 'error'],
  ])('a bare 404 where /v2/ answers %s is %s', async (_, status, body, result) => {
    registry.override((request, response) => {
      send(response, request.path === '/v2/' ? status : 404, request.path === '/v2/' ? body : 'not found');
    });
    expect((await runAction({ inputs: { image: main() } })).outputs['result']).toBe(result);
  });

  test('forty images are looked at in turn, each with its own time', async () => {
    const image = buildImage();
    registry.push('app', 'main', image);
    let queue = Promise.resolve();
    registry.override(async (request, response) => {
      queue = queue.then(() => new Promise((resolve) => setTimeout(resolve, 60)));
      await queue;
      if (request.path.includes('/blobs/')) return send(response, 200, image.config.bytes);
      return send(response, 200, image.manifest.bytes, { 'content-type': image.manifest.mediaType });
    });
    const lines = Array.from({ length: 40 }, (_, at) => registry.reference('app', `t${at}`)).join('\n');
    const run = await runAction({ inputs: { image: lines, timeout: '2s' } });
    expect(run.outputs['result']).toBe('pass');
  });
});
