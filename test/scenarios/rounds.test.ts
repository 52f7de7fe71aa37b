/** What many images, lists and archives together may cost, and that a hostile one among them does not decide about the others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobOf, buildImage, buildIndex, type BuiltImage, type BuiltIndex, COMMIT } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const MAX_MIB = 256;
const MIB = 1024 * 1024;

const oneLabel = (text: string): BuiltImage =>
  buildImage({ configText: `{"config":{"Labels":{"title":${JSON.stringify(text)}}}}` });
const platforms = (count: number, make: (at: number) => BuiltImage, annotations = {}): BuiltIndex =>
  buildIndex(
    Array.from({ length: count }, (_, at) => make(at)),
    { annotations, entries: (entry, at) => ({ ...entry, platform: { os: 'linux', architecture: `a${at}` } }) },
  );

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
});
afterEach(() => registry.stop());

async function runBounded(inputs: Record<string, string>, timeoutS = 5): Promise<Run> {
  const run = await runAction({
    inputs: { image: `${registry.host()}/app:v*`, revision: 'any', timeout: `${timeoutS}s`, ...inputs },
    measuresMemory: true,
  });
  expect(run.seconds).toBeLessThan(timeoutS + 2);
  expect(run.peakMiB).toBeLessThan(MAX_MIB);
  expect(run.summary).toContain('assert-image');
  expect(run.report).not.toBeNull();
  return run;
}

describe('a run of many is bounded in time and memory', () => {
  test('eight lists of half a million names each', async () => {
    const pages = [0, 1, 2].map((page) =>
      JSON.stringify({ tags: Array.from({ length: 150_000 }, (_, at) => `v${page}-${at}`) }),
    );
    registry.override(({ path: asked }, response) => {
      if (!asked.includes('/tags/list')) return false;
      const page = Number(/page=(\d)/.exec(asked)?.[1] ?? 0);
      const headers = page === 2 ? {} : { link: `<${asked.replace(/\?.*/, '')}?page=${page + 1}>; rel="next"` };
      send(response, 200, pages[page] as string, { 'content-type': 'application/json', ...headers });
      return true;
    });
    const image = Array.from({ length: 8 }, (_, at) => `${registry.host()}/app${at}:v*`).join('\n');
    const run = await runBounded({ image }, 10);
    expect(run.stdout).toContain('selects 450000 images, and max-images is 200.');
  });

  test('a catalog of half a million repositories', async () => {
    registry.override(({ path: asked }, response) => {
      if (!asked.includes('/_catalog')) return false;
      const repositories = Array.from({ length: 150_000 }, (_, at) => `team/a${at}`);
      const page = Number(/page=(\d)/.exec(asked)?.[1] ?? 0);
      const headers = page === 2 ? {} : { link: `</v2/_catalog?page=${page + 1}>; rel="next"` };
      send(response, 200, JSON.stringify({ repositories }), headers);
      return true;
    });
    const run = await runBounded({ image: `${registry.host()}/team/*:v*` });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('names more than 10000 repositories');
  });

  test('two hundred tags of a hundred shared platforms, with ten expectations', async () => {
    const children = Array.from({ length: 100 }, (_, at) => oneLabel(`${at}${'x'.repeat(300)}`));
    for (let at = 0; at < 200; at += 1) {
      const index = platforms(100, (child) => children[child] as BuiltImage, { at: String(at) });
      registry.push('app', `v${at}`, index);
    }
    const labels = Array.from({ length: 10 }, (_, at) => `title!=${at}`).join('\n');
    for (const tried of [labels, labels.replaceAll('!', '')]) {
      const all = await runBounded({ labels: tried }, 30);
      expect(all.outputs['result']).toBe('error');
      expect(all.stdout).toContain('all these images together have more than 20 MiB to tell');
      expect(all.stdout.length).toBeLessThan(3 * MIB);
    }
    const some = await runBounded({ image: `${registry.host()}/app:v1?`, labels }, 30);
    expect(some.outputs['result']).toBe('pass');
  });

  test('a comparison of what is escaped character by character', async () => {
    const large = (seed: string): BuiltImage =>
      buildImage({
        config: { Entrypoint: [`${seed}${'\u0001'.repeat(0.9 * MIB)}`], Cmd: [`${seed}${'\u0001'.repeat(0.3 * MIB)}`] },
      });
    registry.push('app', 'v1', large('a'));
    registry.push('app', 'old', large('b'));
    const run = await runBounded({
      image: registry.reference('app', 'v1'),
      'compare-with': registry.reference('app', 'old'),
    });
    expect(run.outputs['result']).toBe('pass');
    const { comparison } = run.report as { comparison: { platforms: { changes: { what: string }[] }[] } };
    expect(comparison.platforms[0]?.changes.map(({ what }) => what)).toEqual(['digest', 'entrypoint', 'cmd']);
  });

  test('twelve layouts of 16 MiB', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-layouts-'));
    try {
      mkdirSync(path.join(folder, 'blobs/sha256'), { recursive: true });
      writeFileSync(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      for (const at of [0, 1])
        writeFileSync(path.join(folder, `blobs/sha256/${String(at).repeat(64)}`), `{"a":"${'x'.repeat(7.8 * MIB)}"}`);
      const image = buildImage();
      for (const blob of [image.manifest, image.config])
        writeFileSync(path.join(folder, 'blobs/sha256', blob.digest.slice(7)), blob.bytes);
      const entry = {
        mediaType: image.manifest.mediaType,
        digest: image.manifest.digest,
        size: image.manifest.bytes.length,
      };
      writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
      execFileSync('tar', ['-cf', path.join(folder, 'l.tar'), '-C', folder, 'oci-layout', 'index.json', 'blobs']);
      const names = Array.from({ length: 12 }, () => `oci-layout:${path.join(folder, 'l.tar')}`);
      const run = await runBounded({ image: names.join('\n') });
      expect(run.outputs['result']).toBe('pass');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('one among many does not decide about the others', () => {
  test('images that only claim to be large', async () => {
    const claim = (at: number): BuiltIndex => {
      const built = platforms(2, (child) => oneLabel(`${at} ${child}`));
      const document = JSON.parse(built.manifest.bytes.toString()) as { manifests: object[] };
      const manifests = document.manifests.map((entry) => ({ ...entry, size: 4_000_000 }));
      return { ...built, manifest: blobOf({ ...document, manifests }, built.manifest.mediaType) };
    };
    for (let at = 0; at < 6; at += 1) registry.push('app', `v-claim${at}`, claim(at));
    for (let at = 0; at < 60; at += 1) registry.push('app', `v-good${at}`, oneLabel(`${at}${'x'.repeat(MIB)}`));
    // So that all that is claimed is claimed at once.
    registry.override(async ({ path: asked }) => {
      if (/manifests\/sha256/.test(asked)) await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    });
    const run = await runBounded({}, 30);
    const looks = JSON.parse(run.outputs['images'] ?? '') as { tag: string; result: string }[];
    expect(looks.filter(({ tag, result }) => tag.includes('good') !== (result === 'pass'))).toEqual([]);
  });

  test('a token service whose token is the commit', async () => {
    const other = await FakeRegistry.start({ auth: 'bearer', cdn: false });
    other.override(({ path: asked }, response) => {
      if (!asked.startsWith('/token')) return false;
      send(response, 200, JSON.stringify({ token: COMMIT }));
      return true;
    });
    other.push('app', 'v1', buildImage());
    registry.push('app', 'v1', buildImage());
    const run = await runBounded({
      image: `${registry.reference('app', 'v1')}\n${other.reference('app', 'v1')}`,
      revision: COMMIT,
    });
    await other.stop();
    const looks = JSON.parse(run.outputs['images'] ?? '') as { result: string }[];
    expect(looks.map(({ result }) => result).toSorted()).toEqual(['error', 'pass']);
  });
});
