/** What the second hostile reading of the verdict found: each passed, or failed, where it should not have. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts';
import {
  type Blob,
  blobOf,
  buildImage,
  buildIndex,
  type BuiltImage,
  COMMIT,
  descriptorOf,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const fresh = buildImage();
const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

describe('a layout that other tools read otherwise', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'assert-image-second-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (place: string): Promise<Run> =>
    runAction({ inputs: { image: `oci-layout:${path.join(folder, place)}` } });
  const indexOf = (...images: BuiltImage[]): string =>
    JSON.stringify({ schemaVersion: 2, manifests: images.map(({ manifest }) => descriptorOf(manifest)) });
  const blobPath = ({ digest }: Blob): string => `blobs/${digest.replace(':', '/')}`;
  const blobs = [fresh, stale].flatMap(({ manifest, config }) => [manifest, config]);

  test('a second spelling of "manifests", which Go takes for the first', async () => {
    mkdirSync(path.join(folder, 'l/blobs/sha256'), { recursive: true });
    writeFileSync(path.join(folder, 'l/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const [good, bad] = [indexOf(fresh), indexOf(stale)].map((text) => text.slice(text.indexOf('['), -1));
    writeFileSync(path.join(folder, 'l/index.json'), `{"schemaVersion":2,"manifests":${good},"Manifests":${bad}}`);
    for (const blob of blobs) writeFileSync(path.join(folder, 'l', blobPath(blob)), blob.bytes);
    const result = await run('l');
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain('Manifests');
  });

  type Entries = (tar: ReturnType<typeof pack>) => void;
  const tars: [string, Entries, string][] = [
    [
      'behind a link to its own folder',
      (tar) => {
        tar.entry({ name: 'd', type: 'symlink', linkname: '.' });
        tar.entry({ name: 'd/index.json' }, indexOf(stale));
      },
      'behind a link',
    ],
    [
      'in the extended header of a sparse file',
      (tar) => {
        const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'index.json' };
        tar.entry({ name: 'GNUSparseFile.1/other', pax }, indexOf(stale));
      },
      'as a sparse file',
    ],
    [
      'and its blobs behind a link',
      (tar) => void tar.entry({ name: 'blobs', type: 'symlink', linkname: 'x' }),
      'as a link',
    ],
  ];
  test.each(tars)('a second index.json %s', async (_, add, text) => {
    const tar = pack();
    tar.entry({ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}');
    tar.entry({ name: 'index.json' }, indexOf(fresh));
    for (const blob of blobs) tar.entry({ name: blobPath(blob) }, Buffer.from(blob.bytes));
    add(tar);
    tar.finalize();
    await pipeline(tar, createWriteStream(path.join(folder, 'l.tar')));
    const result = await run('l.tar');
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain(text);
  });
});

describe('in a registry', () => {
  let registry: FakeRegistry;
  beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));
  afterEach(() => registry.stop());
  const run = (tag: string, inputs: Record<string, string> = {}): Promise<Run> =>
    runAction({ inputs: { image: `${registry.host()}/app:${tag}`, ...inputs } });
  const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

  /** An index of raw entries over images that are there. */
  function pushIndex(tag: string, entries: readonly unknown[], ...images: BuiltImage[]): void {
    for (const image of [fresh, stale, ...images])
      registry.push('app', `of-${image.manifest.digest.slice(7, 17)}`, image);
    registry.putManifest('app', tag, blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }, OCI_INDEX));
  }
  const bare = ({ manifest }: BuiltImage, mediaType = OCI_MANIFEST): unknown => ({
    ...descriptorOf(manifest),
    mediaType,
  });

  test('an entry that calls itself a layer, beside an image without a platform', async () => {
    pushIndex('main', [bare(stale, LAYER), bare(fresh)]);
    expect((await run('main')).outputs['result']).toBe('error');
  });

  test('an entry that calls itself a layer, beside a nested index', async () => {
    const nested = buildIndex([fresh]);
    registry.push('app', 'nested', nested);
    pushIndex('main', [bare(stale, LAYER), descriptorOf(nested.manifest)]);
    expect((await run('main')).outputs['result']).toBe('error');
  });

  test('an index of nothing but what calls itself a layer, and is an image', async () => {
    pushIndex('v2', [bare(stale, LAYER)]);
    registry.push('app', 'v1', fresh);
    expect((await run('v*')).outputs['result']).toBe('error');
  });

  const ACME = 'application/vnd.acme.image.v1+json';
  const acme = (): BuiltImage => {
    const document = { ...(JSON.parse(stale.manifest.bytes.toString()) as object), mediaType: ACME };
    return { ...stale, manifest: blobOf(document, ACME) };
  };
  test('a type that is unknown, of what has an image’s config', async () => {
    registry.push('app', 'v1', fresh);
    registry.push('app', 'v2', acme());
    expect((await run('v*')).outputs['result']).toBe('error');
  });

  test('the same as an entry without a platform', async () => {
    const odd = acme();
    pushIndex('main', [bare(odd, ACME), { ...descriptorOf(fresh.manifest), platform: fresh.platform }], odd);
    expect((await run('main')).outputs['result']).toBe('error');
  });

  test('an entry without a platform whose config is of another type, over layers of an image', async () => {
    const odd = buildImage({
      labels: { [REVISION]: OTHER_COMMIT },
      manifest: { config: { ...descriptorOf(stale.config), mediaType: 'application/vnd.acme.config.v1+json' } },
    });
    pushIndex('main', [bare(odd), { ...descriptorOf(fresh.manifest), platform: fresh.platform }], odd);
    expect((await run('main')).outputs['result']).toBe('error');
  });

  const tags = Array.from({ length: 70 }, (_, at) => `v${String(at).padStart(3, '0')}`);
  const lists: [string, (all: string[], last: string | null) => string[]][] = [
    ['cut at 30 without a Link', (all, last) => all.filter((tag) => last === null || tag > last).slice(0, 30)],
    [
      'whose next page begins with a name of the one before',
      (all, last) => (last === null ? all.slice(0, 50) : ['v000', ...all.slice(50)]),
    ],
  ];
  test.each(lists)('a list %s: the stale image on it is seen', async (_, list) => {
    for (const tag of tags) registry.push('app', tag, tag === 'v069' ? stale : fresh);
    registry.override((request, response) => {
      if (!request.path.includes('/tags/list')) return false;
      const last = new URL(request.path, 'http://registry.example').searchParams.get('last');
      send(response, 200, JSON.stringify({ tags: list(tags, last) }));
      return true;
    });
    expect((await run('v*')).outputs['result']).toBe('fail');
  });

  test.each([403, 401])('a next page that is refused with %i was there: an error, and not the end', async (status) => {
    for (const tag of tags.slice(0, 25)) registry.push('app', tag, fresh);
    registry.override((request, response) => {
      if (!request.path.includes('last=')) return false;
      send(response, status, '{"errors":[{"code":"DENIED"}]}');
      return true;
    });
    expect((await run('v*')).outputs['result']).toBe('error');
  });

  test('a registry that refuses "last" has given all of its list', async () => {
    for (const tag of tags.slice(0, 25)) registry.push('app', tag, fresh);
    registry.override((request, response) => {
      if (!request.path.includes('last=')) return false;
      send(response, 400, '{"errors":[{"code":"UNSUPPORTED"}]}');
      return true;
    });
    expect((await run('v*')).outputs['result']).toBe('pass');
  });

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
});
