/** What does not answer holds up nothing else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OCI_INDEX } from '../../src/image/media-types.ts';
import {
  blobOf,
  buildImage,
  type BuiltImage,
  COMMIT,
  descriptorOf,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { Internet } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const fresh = buildImage();

const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const run = (tag: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: `${registry.host()}/app:${tag}`, ...inputs } });

/** An index of raw entries over images that are there. */
function pushIndex(tag: string, entries: readonly unknown[], ...images: BuiltImage[]): void {
  for (const image of [fresh, stale, ...images])
    registry.push('app', `of-${image.manifest.digest.slice(7, 17)}`, image);
  registry.putManifest('app', tag, blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }, OCI_INDEX));
}

test('compare-with that never answers holds up no verdict', async () => {
  registry.push('app', 'main', fresh);
  registry.override(({ path: asked }) => asked.includes('/other/'));
  const result = await run('main', { 'compare-with': `${registry.host()}/other:x`, timeout: '4s' });
  expect(result.outputs['result']).toBe('pass');
});

test('a list that never comes holds up no other', async () => {
  registry.push('app', 'v1', fresh);
  registry.override(({ path: asked }) => asked.includes('/other/'));
  const image = `${registry.host()}/other:*\n${registry.host()}/app:v*`;
  const result = await run('', { image, require: 'any', timeout: '4s' });
  expect(result.outputs['result']).toBe('pass');
});

test('a look that has failed stops to read', async () => {
  const lie = { ...descriptorOf(stale.manifest), platform: { os: 'linux', architecture: 'a1' }, data: 'e30=' };
  const stalled = { ...descriptorOf(fresh.manifest), platform: { os: 'linux', architecture: 'a2' } };
  pushIndex('v1', [stalled, lie]);
  registry.push('app', 'v2', buildImage({ labels: { [REVISION]: COMMIT, other: 'x' } }));
  let closedAtMs = Infinity;
  let endedAtMs = 0;
  registry.override(async (request, response) => {
    if (request.path.endsWith(fresh.manifest.digest)) {
      response.on('close', () => (closedAtMs = performance.now()));
      return true;
    }
    if (request.path.endsWith('/manifests/v2')) {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      endedAtMs = performance.now();
    }
    return false;
  });
  const image = `${registry.host()}/app:v1\n${registry.host()}/app:v2`;
  const result = await run('', { image, require: 'any', timeout: '10s' });
  expect(result.outputs['result']).toBe('pass');
  // Not asked for any more, or given up long before the other look has ended.
  const wasAsked = registry.lines().some((line) => line.endsWith(fresh.manifest.digest));
  expect(!wasAsked || closedAtMs < endedAtMs - 1_000).toBe(true);
});

test('a first look that was slow leaves time for another', async () => {
  let asked = 0;
  registry.override(async () => {
    asked += 1;
    if (asked === 1) await new Promise((resolve) => setTimeout(resolve, 4_000));
    return false;
  });
  setTimeout(() => registry.push('app', 'main', fresh), 5_000);
  expect((await run('main', { 'wait-timeout': '7s' })).outputs['result']).toBe('pass');
});

test.each([
  ['main', 1],
  ['*', 2],
])('a proxy that does not answer one CONNECT is asked again: app:%s, CONNECT %i', async (tag, silent) => {
  const internet = await Internet.start();
  internet.site('registry.example.com', ({ path: asked, method }, response) => {
    const blob = asked.includes('/manifests/') ? fresh.manifest : fresh.config;
    const headers = { 'content-type': blob.mediaType, 'docker-content-digest': blob.digest };
    if (asked.endsWith('/tags/list')) return void response.end('{"name":"acme/app","tags":["a","b","c","d"]}');
    response.writeHead(200, headers).end(method === 'HEAD' ? '' : blob.bytes);
  });
  internet.instead = () => internet.connects.length === silent;
  const { exitCode } = await runAction({
    inputs: { image: `registry.example.com/acme/app:${tag}`, timeout: '25s', ...internet.inputs },
    env: internet.env,
  });
  await internet.stop();
  expect(exitCode).toBe(0);
  expect(internet.connects.length).toBeGreaterThan(silent);
});
