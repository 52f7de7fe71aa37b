/** What many images, lists and archives together may cost, and that a hostile one among them does not decide about the others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobOf, buildImage, buildIndex, type BuiltImage, type BuiltIndex, COMMIT } from '../support/images.ts';
import { FakeRegistry, send, TOKEN } from '../support/registry.ts';
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
  expect(run.summary).toMatch(/^## /);
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
    expect(run.stdout).toContain('names more than 3000 repositories');
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
      expect(all.stdout).toContain('all these images together have more than 16 MiB to tell');
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

  test('four lists without links, of pages as large as they may be', async () => {
    const tags = Array.from({ length: 245_000 }, (_, at) => `v${at}é`);
    registry.override(({ path: asked }, response) => {
      if (!asked.includes('/tags/list')) return false;
      send(response, 200, JSON.stringify({ tags }), { 'content-type': 'application/json' });
      return true;
    });
    const image = Array.from({ length: 4 }, (_, at) => `${registry.host()}/app${at}:w*`).join('\n');
    const run = await runBounded({ image }, 10);
    expect(run.outputs['result']).toBe('missing');
  });

  test('a token of 100 kB for each of a thousand repositories', async () => {
    const other = await FakeRegistry.start({ auth: 'bearer', cdn: false });
    let given = 0;
    other.override(({ path: asked, headers }, response) => {
      if (asked.startsWith('/token'))
        send(response, 200, JSON.stringify({ token: `${(given += 1)}${'t'.repeat(100_000)}` }));
      else if (headers.authorization === undefined) return false;
      else if (asked.includes('/_catalog'))
        send(response, 200, JSON.stringify({ repositories: Array.from({ length: 1000 }, (_, at) => `team/a${at}`) }));
      else send(response, 200, '{"tags":[]}');
      return true;
    });
    const run = await runBounded({ image: `${other.host()}/team/*:v*` }, 10);
    await other.stop();
    expect(run.outputs['result']).toBe('error');
  });

  test('twenty-four variables whose values have megabytes', async () => {
    for (let at = 0; at < 24; at += 1)
      registry.push('app', `v${at}`, buildImage({ env: [`A_RATHER_LONG_NAME_${at}=${'x'.repeat(7.4 * MIB)}`] }));
    const run = await runBounded({}, 30);
    expect(run.outputs['result']).toBe('pass');
  });

  test('twelve folders of layouts, each with an index of 7.8 MiB', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-folders-'));
    try {
      const image = buildImage();
      const { manifest, config } = image;
      const entry = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
      const annotations = { a: 'x'.repeat(7.8 * MIB) };
      const names = Array.from({ length: 12 }, (_, at) => path.join(folder, `l${at}`));
      for (const name of names) {
        mkdirSync(path.join(name, 'blobs/sha256'), { recursive: true });
        writeFileSync(path.join(name, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
        for (const { digest, bytes } of [manifest, config])
          writeFileSync(path.join(name, 'blobs/sha256', digest.slice(7)), bytes);
        writeFileSync(
          path.join(name, 'index.json'),
          JSON.stringify({ schemaVersion: 2, annotations, manifests: [entry] }),
        );
      }
      const run = await runBounded({ image: names.map((name) => `oci-layout:${name}`).join('\n') }, 20);
      expect(run.outputs['result']).toBe('pass');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what finds no room is left out, and said', () => {
  test('two hundred ordinary images of fourteen platforms are all judged', async () => {
    for (let at = 0; at < 200; at += 1)
      registry.push(
        'app',
        `v${at}`,
        platforms(14, (child) => oneLabel(`${at} ${child}`)),
      );
    const run = await runBounded({ labels: 'title' }, 30);
    expect(run.outputs['result']).toBe('pass');
  });

  test('a text is never cut, compared or put out in part; nor is a secret in it', async () => {
    const password = 'a-password-of-some-length';
    const other = await FakeRegistry.start({ auth: 'basic', cdn: false, username: 'user', password });
    for (let at = 0; at < 6; at += 1) {
      const created = `2026-11-0${at + 1}T00:00:00Z`;
      const labels = { title: `${'y'.repeat(200 - password.length + 1)}${password}`, large: 'x'.repeat(7 * MIB) };
      other.push('app', `v${at}`, buildImage({ labels, created }));
    }
    const inputs = { username: 'user', password, 'compare-with': other.reference('app', 'v5') };
    const run = await runBounded({ ...inputs, image: `${other.host()}/app:v*` }, 20);
    await other.stop();
    expect(run.outputs['result']).toBe('pass');
    const said = run.stdout.replace(/^::add-mask::.*$/gm, '');
    expect(JSON.stringify(run.report) + said + run.summary).not.toContain(password.slice(0, -1));
    const { images, comparison } = run.report as {
      images: { platforms: { config: { labels: object } }[] }[];
      comparison: { platforms: unknown[] };
    };
    const told = images.filter(({ platforms: [platform] }) => Object.keys(platform?.config.labels ?? {}).length > 0);
    expect(told.length).toBeLessThan(6);
    if (told.includes(images[0] as never)) return;
    expect(run.outputs['labels']).toBe('');
    expect(comparison.platforms).toEqual([]);
    expect(run.stdout).toContain('the output labels is empty, for all images together have too many texts to keep');
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

  test('a list that never comes, and an image that is named beside it', async () => {
    const silent = await FakeRegistry.start({ auth: 'none', cdn: false });
    silent.override(({ path: asked }) => asked.includes('/tags/list'));
    registry.push('app', 'v1', buildImage());
    const image = `${silent.host()}/app:v*\n${registry.reference('app', 'v1')}`;
    const run = await runBounded({ image, require: 'any', timeout: '4s', 'wait-timeout': '3s' });
    await silent.stop();
    expect(run.outputs['result']).toBe('pass');
  });

  test('a token that is the name of a repository of another registry', async () => {
    const other = await FakeRegistry.start({ auth: 'bearer', cdn: false });
    other.override(({ path: asked }, response) => {
      if (!asked.startsWith('/token')) return false;
      send(response, 200, JSON.stringify({ token: 'team/application-server' }));
      return true;
    });
    registry.push('team/application-server', 'v1', buildImage());
    const image = `${other.host()}/x:v1\n${registry.host()}/team/application-server:v*`;
    const run = await runBounded({ image });
    await other.stop();
    const looks = JSON.parse(run.outputs['images'] ?? '') as { result: string }[];
    expect(looks.map(({ result }) => result)).toContain('pass');
  });

  test('a token that two registries have from one service, and the second has as a tag', async () => {
    const shared = 'a-token-of-both-registries';
    const two = await Promise.all([0, 1].map(() => FakeRegistry.start({ auth: 'bearer', isPublic: true, cdn: false })));
    const [first, second] = two as [FakeRegistry, FakeRegistry];
    for (const [at, each] of two.entries()) {
      each.override(async ({ path: asked, headers }, response) => {
        if (!asked.startsWith('/token')) {
          if (headers.authorization !== undefined)
            (headers as Record<string, unknown>)['authorization'] = `Bearer ${TOKEN}`;
          return false;
        }
        // The second has it when it is known already.
        await new Promise((resolve) => setTimeout(resolve, at * 300));
        send(response, 200, JSON.stringify({ token: shared }));
        return true;
      });
      each.push('app', 'main', buildImage());
      each.push('app', shared, buildImage());
    }
    const image = `${first.reference('app', 'main')}\n${second.reference('app', shared)}`;
    const run = await runBounded({ image });
    await Promise.all(two.map((each) => each.stop()));
    const looks = JSON.parse(run.outputs['images'] ?? '') as { result: string }[];
    expect(looks.map(({ result }) => result)).toEqual(['pass', 'error']);
  });

  test('a token that is the tag of an image that was looked at before', async () => {
    const tag = 'a-token-given-later';
    const other = await FakeRegistry.start({ auth: 'bearer', isPublic: true, cdn: false });
    other.push('first', tag, buildImage());
    other.push('second', 'main', buildImage());
    const firstRead = Promise.withResolvers<void>();
    other.override(async ({ path: asked, headers }, response) => {
      if (asked.startsWith('/v2/first/blobs/')) firstRead.resolve();
      if (!asked.startsWith('/token')) {
        if (headers.authorization !== undefined) Object.assign(headers, { authorization: `Bearer ${TOKEN}` });
        return false;
      }
      if (!asked.includes('second')) return send(response, 200, JSON.stringify({ token: TOKEN }));
      await firstRead.promise;
      await new Promise((resolve) => setTimeout(resolve, 300));
      send(response, 200, JSON.stringify({ token: tag }));
      return true;
    });
    const run = await runBounded({ image: `${other.reference('first', tag)}\n${other.reference('second', 'main')}` });
    await other.stop();
    const looks = JSON.parse(run.outputs['images'] ?? '') as { result: string }[];
    expect(looks.map(({ result }) => result)).toEqual(['error', 'pass']);
  });

  test('eight images of a registry that never answers, before a good one of another', async () => {
    const silent = await FakeRegistry.start({ auth: 'none', cdn: false });
    silent.override(() => true);
    registry.push('app', 'v1', buildImage());
    const names = Array.from({ length: 8 }, (_, at) => `${silent.host()}/app:v${at}`);
    const image = [...names, registry.reference('app', 'v1')].join('\n');
    const run = await runBounded({ image, require: 'any', timeout: '4s', 'wait-timeout': '3s' });
    await silent.stop();
    expect(run.outputs['result']).toBe('pass');
  });

  test('a large image that stalls, before a large one of another registry', async () => {
    const stalling = await FakeRegistry.start({ auth: 'none', cdn: false });
    const large = (title: string): BuiltImage => oneLabel(`${title}${'x'.repeat(3 * MIB)}`);
    stalling.push('app', 'v1', large('a'));
    stalling.override(({ path: asked }) => asked.includes('/blobs/'));
    registry.push('app', 'v1', large('b'));
    const image = `${stalling.reference('app', 'v1')}\n${registry.reference('app', 'v1')}`;
    const run = await runBounded({ image, require: 'any' }, 8);
    await stalling.stop();
    expect(run.outputs['result']).toBe('pass');
  });
});
