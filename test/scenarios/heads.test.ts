/** A HEAD for each tag spares GETs where tags share images, and is spared where they do not. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type BuiltImage, buildImage } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

const TAGS = 100;
const images = Array.from({ length: TAGS }, (_, at) => buildImage({ labels: { at: String(at) } }));

describe('a hundred tags', () => {
  let registry: FakeRegistry | undefined;
  let internet: Internet | undefined;
  afterEach(async () => {
    await registry?.stop();
    await internet?.stop();
  });

  /** How often each method was used for a manifest. */
  async function methods(distinct: number): Promise<{ heads: number; gets: number }> {
    registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    for (let at = 0; at < TAGS; at += 1) registry.push('app', `v${at}`, images[at % distinct] as never);
    const { outputs } = await runAction({ inputs: { image: `${registry.host()}/app:v*`, revision: 'any' } });
    expect(outputs['result']).toBe('pass');
    const manifests = registry.requests.filter(({ path }) => path.includes('/manifests/'));
    const heads = manifests.filter(({ method }) => method === 'HEAD').length;
    return { heads, gets: manifests.length - heads };
  }

  test('of a hundred images: no more HEADs than it takes to see that', async () => {
    const { heads, gets } = await methods(TAGS);
    expect(gets).toBe(TAGS);
    expect(heads).toBeLessThanOrEqual(32);
  });

  test('of a hundred images that are announced by SHA-512: all are told by SHA-256, which everything else knows', async () => {
    registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const sha512 = (bytes: Buffer): string => `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    for (const [at, { manifest, ...image }] of images.entries()) {
      const built = { ...image, manifest: { ...manifest, digest: sha512(manifest.bytes) } } as BuiltImage;
      registry.push('app', `v${at}`, built);
    }
    const { outputs } = await runAction({ inputs: { image: `${registry.host()}/app:v*`, revision: 'any' } });
    const told = (JSON.parse(outputs['images'] ?? '[]') as { digest: string }[]).map(({ digest }) => digest);
    expect(told).toHaveLength(TAGS);
    expect(told.filter((digest) => !digest.startsWith('sha256:'))).toEqual([]);
  });

  test('of four images: one GET for each', async () => {
    expect(await methods(4)).toEqual({ heads: TAGS, gets: 4 });
  });

  test('of twenty images: most are found by a HEAD, though the first are all new', async () => {
    const { heads, gets } = await methods(20);
    expect(heads + gets).toBeLessThanOrEqual(TAGS + 20);
    expect(gets).toBeLessThan(60);
  });

  test('of a hundred images on Docker Hub, which limits GETs alone: a HEAD for each', async () => {
    internet = await Internet.start();
    internet.site('auth.docker.io', (_, response) => json(response, 200, { token: 'token-of-hub-41b' }));
    internet.site('registry-1.docker.io', ({ path, method }, response) => {
      if (path.includes('/tags/')) return json(response, 200, { name: 'a/b', tags: images.map((_, at) => `v${at}`) });
      const name = path.split('/').at(-1) as string;
      const at = images.findIndex(({ manifest, config }) => [manifest.digest, config.digest].includes(name as never));
      const image = images[at === -1 ? Number(name.slice(1)) : at] as (typeof images)[0];
      const blob = path.includes('/blobs/') ? image.config : image.manifest;
      const headers = { 'content-type': blob.mediaType, 'docker-content-digest': blob.digest };
      response.writeHead(200, headers).end(method === 'HEAD' ? '' : blob.bytes);
    });
    const inputs = { image: 'acme/app:v*', revision: 'any', ...internet.inputs };
    const { outputs } = await runAction({ inputs, env: internet.env });
    expect(outputs['result']).toBe('pass');
    const ofTags = internet.requests.filter(({ path }) => /\/manifests\/v/.test(path));
    expect(ofTags.map(({ method }) => method)).toEqual(images.map(() => 'HEAD'));
  });
});
