import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { weightOf, withoutTexts } from '../../src/image/kept.ts';
import { DOCKER_CONFIG, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts';
import { type FactsOptions, imageOf } from '../support/facts.ts';
import {
  type Blob,
  blobOf,
  buildAttestation,
  buildImage,
  buildIndex,
  buildTwoPlatforms,
  type BuiltImage,
  type BuiltIndex,
  COMMIT,
  descriptorOf,
  type ImageOptions,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { readTestImage } from '../support/source.ts';

let registry: FakeRegistry;
beforeAll(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));
afterAll(() => registry.stop());

let count = 0;
function push(built: BuiltImage | BuiltIndex): string {
  count += 1;
  registry.push('app', `t${count}`, built);
  return registry.reference('app', `t${count}`);
}

async function failureOf(reference: string, platforms: readonly string[] | 'all' = 'all'): Promise<AssertImageError> {
  try {
    await readTestImage(reference, platforms);
  } catch (error) {
    if (error instanceof AssertImageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** An image whose manifest or whose serving is not what the builder makes. */
function pushManifest(manifest: unknown, mediaType = OCI_MANIFEST, contentType = mediaType): string {
  count += 1;
  const image = buildImage();
  const blob: Blob = { ...blobOf(manifest, mediaType), mediaType: contentType };
  registry.push('app', null, image);
  registry.putManifest('app', `t${count}`, blob);
  return registry.reference('app', `t${count}`);
}

const plain = buildImage();
const manifestOf = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: descriptorOf(plain.config),
  layers: [],
  ...changes,
});
const without = (object: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

describe('what is read', () => {
  test('an OCI manifest', async () => {
    const built = buildImage({ annotations: { a: 'b' } });
    const image = await readTestImage(push(built));
    expect(image).toMatchObject({ digest: built.manifest.digest, mediaType: OCI_MANIFEST, index: null, skipped: [] });
    expect(image.platforms).toMatchObject([
      { name: 'linux/amd64', imageId: built.config.digest, manifestDigest: built.manifest.digest, size: 3_000_000 },
    ]);
    expect(image.platforms[0]?.manifestAnnotations).toEqual(new Map([['a', 'b']]));
    expect(image.platforms[0]?.configFile.config.labels.get('org.opencontainers.image.revision')).toBe(COMMIT);
  });

  test('an index: every runnable image, attestations skipped and listed (M-13)', async () => {
    const built = buildTwoPlatforms();
    const image = await readTestImage(push(built));
    expect(image.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(image.index?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect(image.skipped.map(({ reason }) => reason)).toEqual(['attestation', 'attestation']);
  });

  test('a Docker list and schema 2', async () => {
    const built = buildIndex([buildImage({ docker: true })], { docker: true });
    const image = await readTestImage(push(built));
    expect(image.mediaType).toBe('application/vnd.docker.distribution.manifest.list.v2+json');
    expect(image.platforms).toMatchObject([{ name: 'linux/amd64', mediaType: DOCKER_MANIFEST }]);
  });

  test.each([
    ['text/plain, as registry.access.redhat.com sends', 'text/plain'],
    ['application/octet-stream, as Artifactory sends', 'application/octet-stream'],
    ['parameters and capitals', 'Application/Vnd.OCI.image.manifest.v1+json; charset=utf-8'],
  ])('a content type of %s (M-2)', async (_, contentType) => {
    const image = await readTestImage(pushManifest(manifestOf(), OCI_MANIFEST, contentType));
    expect(image.mediaType).toBe(OCI_MANIFEST);
  });

  test('a manifest that does not state its media type (M-2)', async () => {
    const image = await readTestImage(pushManifest(without(manifestOf(), 'mediaType')));
    expect(image.mediaType).toBe(OCI_MANIFEST);
  });

  test('an index in an index (M-12)', async () => {
    const inner = buildIndex([buildImage({ platform: 'linux/arm64' })]);
    const outer = buildIndex([
      buildImage(),
      { manifest: inner.manifest, config: inner.children[0]?.config as Blob, platform: undefined },
    ]);
    registry.push('app', null, inner);
    const image = await readTestImage(push(outer));
    expect(image.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test('an entry without a platform is a candidate for every platform: always checked, by its config', async () => {
    const stray = { ...buildImage({ platform: 'linux/arm64' }), platform: undefined };
    const image = await readTestImage(push(buildIndex([buildImage(), stray])), ['linux/amd64']);
    expect(image.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  test('two entries of one platform are both checked (M-14)', async () => {
    const image = await readTestImage(push(buildIndex([buildImage(), buildImage({ labels: { a: 'b' } })])));
    expect(image.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/amd64 (2)']);
  });

  test('an image that is only annotated as an attestation is checked (M-13)', async () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const index = buildIndex([buildImage()], { entries: (entry) => ({ ...entry, annotations }) });
    const image = await readTestImage(push(index));
    expect(image.platforms).toHaveLength(1);
  });

  test('unknown/unknown without the annotation is skipped, and listed (M-13)', async () => {
    const stray = { ...buildImage({ labels: null }), platform: { os: 'unknown', architecture: 'unknown' } };
    const image = await readTestImage(push(buildIndex([buildImage(), stray])));
    expect(image.skipped).toEqual([{ digest: stray.manifest.digest, reason: 'platform unknown/unknown' }]);
  });

  test('an entry of an unknown type without a platform is skipped (M-11)', async () => {
    const index = buildIndex([buildImage()], {
      entries: (entry) => entry,
    });
    const manifest = JSON.parse(index.manifest.bytes.toString()) as { manifests: unknown[] };
    manifest.manifests.push({ mediaType: 'application/vnd.example', digest: `sha256:${'7'.repeat(64)}`, size: 2 });
    const image = await readTestImage(pushManifest(manifest, OCI_INDEX));
    expect(image.skipped).toMatchObject([{ reason: 'no image: application/vnd.example' }]);
  });

  test.each([
    ['Labels: null (M-20)', { labels: null }],
    ['config: null (M-20)', { configFile: { config: null } }],
    ['no config', { configFile: { config: undefined } }],
    ['Labels: {}', { labels: {} }],
  ] satisfies [string, ImageOptions][])('%s is no labels', async (_, options) => {
    const image = await readTestImage(push(buildImage(options)));
    expect(image.platforms[0]?.configFile.config.labels.size).toBe(0);
  });

  test('no layers, foreign layers and zstd layers do not matter (M-32)', async () => {
    const layers = [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd', digest: plain.config.digest, size: 1 },
      {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        digest: plain.config.digest,
        size: 2,
        urls: ['http://169.254.169.254/'],
      },
    ];
    expect((await readTestImage(pushManifest(manifestOf({ layers })))).platforms[0]?.size).toBe(3);
    expect((await readTestImage(pushManifest(manifestOf()))).platforms[0]?.layers).toEqual([]);
  });

  test('platforms: only those asked are read; what is unchecked is named', async () => {
    const built = buildTwoPlatforms();
    registry.requests.length = 0;
    const image = await readTestImage(push(built), ['linux/arm64']);
    expect(image.platforms.map(({ name }) => name)).toEqual(['linux/arm64']);
    expect(image.unchecked).toEqual(['linux/amd64']);
    expect(registry.requests).toHaveLength(3);
  });

  test('platforms: one that is not there is absent, in an index and in a single manifest (M-19)', async () => {
    expect((await readTestImage(push(buildTwoPlatforms()), ['linux/amd64', 'linux/s390x'])).absent).toMatchObject([
      { architecture: 's390x' },
    ]);
    expect((await readTestImage(push(buildImage()), ['linux/arm64'])).absent).toMatchObject([
      { architecture: 'arm64' },
    ]);
  });

  test('platforms: all that are there are not absent', async () => {
    const image = await readTestImage(push(buildTwoPlatforms()), ['linux/amd64', 'linux/arm64']);
    expect(image.absent).toEqual([]);
    expect(image.unchecked).toEqual([]);
  });

  test('an index that does not state its media type', async () => {
    const index = JSON.parse(buildIndex([buildImage()]).manifest.bytes.toString()) as Record<string, unknown>;
    const image = await readTestImage(pushManifest(without(index, 'mediaType'), 'application/json'));
    expect(image.mediaType).toBe(OCI_INDEX);
  });

  test('what the index says of an entry is kept beside what its config says (M-17)', async () => {
    const index = buildIndex(
      [{ ...buildImage({ platform: 'linux/arm64' }), platform: { os: 'linux', architecture: 'amd64' } }],
      {
        entries: (entry) => ({ ...entry, annotations: { d: 'descriptor' } }),
      },
    );
    const [platform] = (await readTestImage(push(index))).platforms;
    expect(platform?.offered).toMatchObject({ architecture: 'amd64' });
    expect(platform?.configFile.platform).toMatchObject({ architecture: 'arm64' });
    expect(platform?.descriptorAnnotations).toEqual(new Map([['d', 'descriptor']]));
  });

  test('an image is fetched once, however many tags name it', async () => {
    const index = buildIndex([buildImage(), buildImage()]);
    registry.requests.length = 0;
    await readTestImage(push(index));
    expect(registry.requests).toHaveLength(3);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'an index that also has a config (M-3, CVE-2021-41190)',
      { schemaVersion: 2, manifests: [], config: {} },
      OCI_INDEX,
      'ambiguous',
    ],
    ['a manifest that also has manifests', manifestOf({ manifests: [] }), OCI_MANIFEST, 'ambiguous'],
    [
      'an index that also has layers in another case',
      { schemaVersion: 2, manifests: [], Layers: [] },
      OCI_INDEX,
      'ambiguous',
    ],
    ['a content type that is not the media type (M-2)', manifestOf(), DOCKER_MANIFEST, 'ambiguous'],
    [
      'schema 1 (M-4)',
      { schemaVersion: 1, fsLayers: [], history: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'unsupported',
    ],
    [
      'schema 1 by its own word only',
      { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v1+json' },
      'application/json',
      'unsupported',
    ],
    [
      'schema 1 by its content type only',
      without(manifestOf(), 'mediaType'),
      'application/vnd.docker.distribution.manifest.v1+json',
      'unsupported',
    ],
    [
      'a chart without type and layers',
      {
        schemaVersion: 2,
        config: { ...descriptorOf(plain.config), mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      },
      'application/json',
      'not-an-image',
    ],
    ['schema 1 that is served as JSON', { schemaVersion: 1, fsLayers: [] }, 'application/json', 'unsupported'],
    ['schemaVersion 3', manifestOf({ schemaVersion: 3 }), OCI_MANIFEST, 'malformed'],
    ['neither index nor manifest', { schemaVersion: 2 }, 'application/json', 'malformed'],
    ['both, without a type', { schemaVersion: 2, manifests: [], layers: [] }, 'application/json', 'ambiguous'],
    ['an HTML page', '<html>', 'text/html', 'malformed'],
    ['a manifest of another type', { schemaVersion: 2 }, 'application/vnd.example+json', 'not-an-image'],
    ...(
      [
        [OCI_CONFIG, 'ambiguous'],
        [DOCKER_CONFIG, 'ambiguous'],
        ['application/vnd.cncf.helm.config.v1+json', 'not-an-image'],
      ] as const
    ).map(([mediaType, code]): [string, unknown, string, string] => [
      `a manifest of another type with layers, and a config of ${mediaType}`,
      without(manifestOf({ config: { ...descriptorOf(plain.config), mediaType } }), 'mediaType'),
      'application/vnd.example+json',
      code,
    ]),
    [
      'a manifest of another type without layers, and the config of an image',
      without(without(manifestOf(), 'mediaType'), 'layers'),
      'application/vnd.example+json',
      'not-an-image',
    ],
    ['an artifact (M-10)', manifestOf({ artifactType: 'application/vnd.example' }), OCI_MANIFEST, 'ambiguous'],
    [
      'a Helm chart (M-10)',
      manifestOf({ config: { ...descriptorOf(plain.config), mediaType: 'application/vnd.cncf.helm.config.v1+json' } }),
      OCI_MANIFEST,
      'not-an-image',
    ],
    [
      'an empty config (M-10)',
      manifestOf({ config: { ...descriptorOf(plain.config), mediaType: 'application/vnd.oci.empty.v1+json' } }),
      OCI_MANIFEST,
      'not-an-image',
    ],
    [
      'a config whose digest is a path (M-33)',
      manifestOf({ config: { mediaType: OCI_CONFIG, size: 2, digest: 'sha256:../../x' } }),
      OCI_MANIFEST,
      'malformed',
    ],
    [
      'two descriptors that differ in case (M-22)',
      manifestOf({ config: { ...descriptorOf(plain.config), Digest: plain.config.digest } }),
      OCI_MANIFEST,
      'ambiguous',
    ],
    [
      'a config that is too large',
      manifestOf({ config: { ...descriptorOf(plain.config), size: 9 * 1024 * 1024 } }),
      OCI_MANIFEST,
      'too-large',
    ],
    [
      'a config of another size (M-7)',
      manifestOf({ config: { ...descriptorOf(plain.config), size: plain.config.bytes.length + 1 } }),
      OCI_MANIFEST,
      'digest-mismatch',
    ],
    [
      'a config larger than stated (M-7)',
      manifestOf({ config: { ...descriptorOf(plain.config), size: plain.config.bytes.length - 1 } }),
      OCI_MANIFEST,
      'too-large',
    ],
    ['an empty index (M-18)', { schemaVersion: 2, manifests: [] }, OCI_INDEX, 'not-an-image'],
    [
      'an index of a hundred and one',
      { schemaVersion: 2, manifests: Array.from({ length: 101 }, () => descriptorOf(plain.manifest)) },
      OCI_INDEX,
      'too-large',
    ],
    ['no layers at all', without(manifestOf(), 'layers'), OCI_MANIFEST, 'malformed'],
  ])('%s', async (_, manifest, contentType, code) => {
    expect((await failureOf(pushManifest(manifest, contentType))).code).toBe(code);
  });

  test('an index of attestations only (M-18)', async () => {
    expect((await failureOf(push(buildIndex([buildAttestation(buildImage())])))).code).toBe('not-an-image');
  });

  test('an entry with a platform that a runtime could choose, of a type that cannot be read (M-11)', async () => {
    const entries = (entry: Record<string, unknown>): unknown => ({ ...entry, mediaType: 'application/vnd.example' });
    expect((await failureOf(push(buildIndex([buildImage()], { entries })))).code).toBe('ambiguous');
  });

  test('an entry without platform and known type that is an image after all (M-11)', async () => {
    const entries = (entry: Record<string, unknown>): unknown => ({ ...entry, mediaType: 'application/vnd.example' });
    const stray = { ...buildImage(), platform: undefined };
    expect((await failureOf(push(buildIndex([stray], { entries })))).code).toBe('ambiguous');
  });

  test('a child that is no image, on a platform that a runtime could choose (M-10)', async () => {
    const config = { ...descriptorOf(plain.config), mediaType: 'application/vnd.example' };
    const odd = buildImage({ platform: 'linux/s390x', manifest: { config } });
    const error = await failureOf(push(buildIndex([buildImage(), odd])));
    expect(error).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('offers a platform with something that is not an image'),
    });
    const broken = buildImage({ platform: 'linux/s390x', manifest: { layers: 'none' } });
    expect((await failureOf(push(buildIndex([buildImage(), broken])))).code).toBe('malformed');
  });

  test.each([
    ['with a platform that runs', { os: 'linux', architecture: 'amd64' }, 'ambiguous'],
    ['with half a platform', { os: 'unknown', architecture: 'amd64' }, 'ambiguous'],
    ['with the other half', { os: 'linux', architecture: 'unknown' }, 'ambiguous'],
    ['with no platform that runs', { os: 'unknown', architecture: 'unknown' }, 'not-an-image'],
    ['with no platform', undefined, 'ambiguous'],
  ])('an index that calls itself an artifact, %s', async (_, platform, code) => {
    const child = { ...descriptorOf(plain.manifest), ...(platform ? { platform } : {}) };
    const other = { ...descriptorOf(plain.manifest), platform: { os: 'unknown', architecture: 'unknown' } };
    const index = { schemaVersion: 2, artifactType: 'application/vnd.example', manifests: [child, other] };
    expect((await failureOf(pushManifest(index, OCI_INDEX))).code).toBe(code);
  });

  describe('beside an image that a runtime would start, what is no image does not hide it', () => {
    const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
    const STATEMENT = 'application/vnd.in-toto+json';
    const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });
    const blob = (content: unknown, mediaType: string): BuiltImage => ({
      manifest: blobOf(content, mediaType),
      config: plain.config,
      platform: undefined,
    });
    const artifact = (): BuiltImage => ({
      ...buildImage({
        manifest: {
          artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 },
          layers: [
            { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', digest: `sha256:${'5'.repeat(64)}`, size: 9 },
          ],
        },
      }),
      platform: undefined,
    });
    const signature = (): BuiltImage =>
      buildImage({
        configText: '{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}}',
        manifest: {
          layers: [
            {
              mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
              digest: `sha256:${'6'.repeat(64)}`,
              size: 9,
            },
          ],
        },
      });

    test.each([
      [
        'a nested index that is empty and calls itself an artifact',
        () =>
          blob(
            { schemaVersion: 2, mediaType: OCI_INDEX, artifactType: 'application/vnd.example', manifests: [] },
            OCI_INDEX,
          ),
      ],
      [
        'a nested index of an attestation',
        () => ({ ...buildIndex([buildAttestation(plain)]), config: plain.config, platform: undefined }),
      ],
      [
        'a document of an unknown type',
        () => blob({ schemaVersion: 2, mediaType: 'application/vnd.example' }, 'application/vnd.example'),
      ],
      ['an artifact', artifact],
      ['a signature of cosign 2', () => ({ ...signature(), platform: undefined })],
      ['a layer', () => blob('layer', 'application/vnd.oci.image.layer.v1.tar+gzip')],
    ])('%s', async (_, make) => {
      const image = await readTestImage(push(buildIndex([stale, make()])));
      expect(image.platforms.map(({ name }) => name)).toEqual(['linux/amd64']);
      expect(image.skipped).toHaveLength(1);
    });

    test.each([
      ['an artifact', (): BuiltIndex => buildIndex([artifact()])],
      [
        'artifacts, as a tag of attestations or signatures is',
        (): BuiltIndex => buildIndex([artifact(), artifact(), artifact()]),
      ],
      ['a signature of cosign 2', (): BuiltImage => signature()],
    ])('%s alone is no container image', async (_, make) => {
      expect((await failureOf(push(make()))).code).toBe('not-an-image');
    });

    test('a build cache of 120 layers is known by its types, and costs no request', async () => {
      const layers = Array.from({ length: 120 }, (_, at) =>
        blob(`layer ${at}`, 'application/vnd.oci.image.layer.v1.tar+gzip'),
      );
      const cache = blob({}, 'application/vnd.buildkit.cacheconfig.v0');
      const reference = push(buildIndex([...layers, cache]));
      const before = registry.requests.length;
      expect((await failureOf(reference)).code).toBe('not-an-image');
      expect(registry.requests).toHaveLength(before + 1);
    });

    const asLayer = (entry: Record<string, unknown>): Record<string, unknown> => ({
      ...entry,
      mediaType: LAYER,
      platform: undefined,
    });
    const cacheConfig = blob({}, 'application/vnd.buildkit.cacheconfig.v0');
    test.each<[string, BuiltImage[]]>([
      ['alone', [stale]],
      ['beside another', [stale, buildImage()]],
      ['beside another and the list of a build cache', [stale, buildImage(), cacheConfig]],
      [
        'beside another without a platform and the list of a build cache',
        [stale, { ...buildImage(), platform: undefined }, cacheConfig],
      ],
    ])(
      'an image that is listed as a layer, %s, is opened: go-containerregistry would start it',
      async (_, children) => {
        const entries = (entry: Record<string, unknown>, at: number): unknown => (at === 0 ? asLayer(entry) : entry);
        expect((await failureOf(push(buildIndex(children, { entries })))).code).toBe('ambiguous');
      },
    );

    test('an artifact with a layer of an image is ambiguous beside an image only', async () => {
      const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 };
      const layers = [STATEMENT, LAYER].map((mediaType) => ({
        mediaType,
        digest: `sha256:${'5'.repeat(64)}`,
        size: 9,
      }));
      const archive = { ...buildImage({ manifest: { config, layers } }), platform: undefined };
      expect((await failureOf(push(buildIndex([archive])))).code).toBe('not-an-image');
      expect((await failureOf(push(buildIndex([archive, stale])))).code).toBe('ambiguous');
    });

    test.each(['application/octet-stream', 'application/json', 'text/html', ''])(
      'an image of 2016, whose config is "%s", is read as Docker reads it',
      async (mediaType) => {
        const old = buildImage({ docker: true, manifest: { config: { ...descriptorOf(plain.config), mediaType } } });
        const image = await readTestImage(push(old));
        expect(image.platforms[0]?.configFile.config.labels.get(REVISION)).toBe(COMMIT);
        const broken = blobOf('hello', mediaType);
        const odd = buildImage({ configText: 'hello', manifest: { config: { ...descriptorOf(broken), mediaType } } });
        expect((await failureOf(push(odd))).code).toBe('ambiguous');
      },
    );

    test('a config of such a type that tools read in two ways is told as any other is', async () => {
      const config = blobOf('{"os":"linux","OS":"windows"}', 'text/html');
      const odd = buildImage({ configText: config.bytes.toString(), manifest: { config: descriptorOf(config) } });
      const error = await failureOf(push(odd));
      expect(error).toMatchObject({ code: 'ambiguous', message: expect.stringContaining('some clients read as') });
      expect(error.message).not.toContain('Docker takes for an image');
    });

    test.each([
      ['no layer', {}, []],
      ['a layer of an image behind another', {}, [STATEMENT, LAYER]],
      ['a layer of an image before another', {}, [LAYER, STATEMENT]],
      ['half a platform', { architecture: 'amd64' }, [STATEMENT]],
      ['the other half', { os: 'linux' }, [STATEMENT]],
    ])('an image that names no platform, or half of one, is one: %s', async (_, config, types) => {
      const layers = types.map((mediaType) => ({ mediaType, digest: `sha256:${'6'.repeat(64)}`, size: 9 }));
      const image = await readTestImage(push(buildImage({ configText: JSON.stringify(config), manifest: { layers } })));
      expect(image.platforms).toHaveLength(1);
    });

    test('an image of WebAssembly has a platform, and is one', async () => {
      const wasm = buildImage({
        platform: 'wasip1/wasm',
        manifest: {
          layers: [
            {
              mediaType: 'application/vnd.bytecodealliance.wasm.component.layer.v0+wasm',
              digest: `sha256:${'7'.repeat(64)}`,
              size: 9,
            },
          ],
        },
      });
      expect((await readTestImage(push(wasm))).platforms.map(({ name }) => name)).toEqual(['wasip1/wasm']);
    });

    const many = (count: number, rest: Record<string, unknown> = {}): Record<string, unknown>[] =>
      Array.from({ length: count }, () => ({ ...descriptorOf(plain.manifest), ...rest }));
    const runnable = { platform: { os: 'linux', architecture: 'amd64' } };
    test.each([
      ['entries than are opened', many(501), 'more than 500 entries without a platform'],
      ['images that had to be opened', many(101), 'more than 100 images'],
      ['images', many(101, runnable), 'more than 100 images'],
    ])('more %s is an error, and says so', async (_, manifests, text) => {
      const error = await failureOf(pushManifest({ schemaVersion: 2, manifests }, OCI_INDEX));
      expect(error).toMatchObject({ code: 'too-large', message: expect.stringContaining(text) });
    });
    test('what is not opened is not counted', async () => {
      const others = many(501, { platform: { os: 'unknown', architecture: 'unknown' } });
      const manifests = [...others, ...many(1, runnable)];
      expect((await readTestImage(pushManifest({ schemaVersion: 2, manifests }, OCI_INDEX))).skipped).toHaveLength(501);
    });
  });

  test('an index nested without end', async () => {
    let nested = buildIndex([buildImage()]);
    for (let depth = 0; depth < 4; depth += 1) {
      registry.push('app', null, nested);
      nested = buildIndex([{ manifest: nested.manifest, config: plain.config, platform: undefined }]);
    }
    expect((await failureOf(push(nested))).code).toBe('unsupported');
  });

  test('a child of another size than its index says (M-7)', async () => {
    const entries = (entry: Record<string, unknown>): unknown => ({ ...entry, size: (entry['size'] as number) + 1 });
    expect((await failureOf(push(buildIndex([buildImage()], { entries })))).code).toBe('digest-mismatch');
  });

  test('other bytes than the digest that was asked for (M-5)', async () => {
    const other = buildImage({ labels: { other: 'image' } });
    registry.push('app', null, other);
    registry.putManifest('app', plain.manifest.digest, other.manifest);
    expect((await failureOf(`${registry.host()}/app@${plain.manifest.digest}`)).code).toBe('digest-mismatch');
  });

  test.each([
    ['Labels in a list', { config: { Labels: ['a=b'] } }, 'malformed'],
    ['a label that is a number', { config: { Labels: { a: 1 } } }, 'malformed'],
    ['Labels twice, in another case (M-22)', { config: { labels: {} } }, 'ambiguous'],
    ['config twice, in another case (M-22)', { configFile: { Config: {} } }, 'ambiguous'],
    ['Env that is no list', { config: { Env: 'A=b' } }, 'malformed'],
    ['config twice, to the letter (M-21)', { configText: '{"config":{"Labels":{}},"config":{}}' }, 'ambiguous'],
    ['a config that is no JSON', { configText: 'hello' }, 'malformed'],
  ] satisfies [string, ImageOptions, string][])('%s', async (_, options, code) => {
    expect((await failureOf(push(buildImage(options)))).code).toBe(code);
  });

  test('an image of which a part is gone is incomplete, not missing', async () => {
    const index = buildTwoPlatforms({ labels: { gone: 'child' } });
    const reference = push(index);
    registry.deleteManifest('app', index.children[1]?.manifest.digest as string);
    expect((await failureOf(reference)).code).toBe('incomplete');
    const image = buildImage({ labels: { gone: 'config' } });
    const other = push(image);
    registry.deleteBlob('app', image.config.digest);
    expect((await failureOf(other)).code).toBe('incomplete');
  });
});

describe('content that is embedded in its descriptor (M-9)', () => {
  const base64 = (blob: Blob): string => blob.bytes.toString('base64');
  const single = (data: unknown): string =>
    pushManifest(manifestOf({ config: { ...descriptorOf(plain.config), data } }));

  test('is read, and not asked for', async () => {
    const child = buildImage({
      manifest: { config: { ...descriptorOf(plain.config), data: base64(plain.config) } },
    });
    const index = buildIndex([child], { entries: (entry) => ({ ...entry, data: base64(child.manifest) }) });
    const before = registry.requests.length;
    const image = await readTestImage(push(index));
    expect(image.platforms[0]?.configFile.config.labels.get('org.opencontainers.image.revision')).toBe(COMMIT);
    expect(registry.requests).toHaveLength(before + 1);
  });

  test.each([
    ['of another size', Buffer.from('{}').toString('base64')],
    ['of the same size', Buffer.from(plain.config.bytes.toString().replace(COMMIT, OTHER_COMMIT)).toString('base64')],
    ['with something behind it', `${base64(plain.config)}\n`],
    ['in another alphabet', base64(plain.config).replaceAll('=', '') + '!'],
    ['that is empty', ''],
  ])('%s is an error', async (_, data) => {
    expect(await failureOf(single(data))).toMatchObject({ code: 'digest-mismatch' });
  });

  test('a child of the same size and another digest is an error', async () => {
    const child = buildImage();
    const other = Buffer.from(child.manifest.bytes.toString().replace('3000000', '3000001')).toString('base64');
    expect(other).not.toBe(base64(child.manifest));
    const index = buildIndex([child], { entries: (entry) => ({ ...entry, data: other }) });
    expect(await failureOf(push(index))).toMatchObject({ code: 'digest-mismatch' });
  });

  test('that is no text is an error', async () => {
    expect(await failureOf(single(7))).toMatchObject({ code: 'malformed' });
  });
});

describe('what an image weighs: two bytes a character, and what V8 makes of maps and lists', () => {
  const weigh = (options: FactsOptions): number => weightOf(imageOf([options]));
  const long = 'a'.repeat(1000);
  test.each<[string, FactsOptions, FactsOptions, number]>([
    ['a label', { labels: { a: long } }, { labels: {} }, 2002 + 2 * 64 + 256],
    ['a variable', { env: [`A=${long}`] }, { env: [] }, 2002 + 2 * 64 + 256],
    ['an annotation', { annotations: { a: long } }, {}, 2002 + 2 * 64 + 256],
    ['an annotation of the descriptor', { descriptorAnnotations: { a: long } }, {}, 2002 + 2 * 64 + 256],
    ['an argument', { config: { Cmd: [long] } }, { config: { Cmd: [] } }, 2000 + 64],
    ['no arguments', { config: { Cmd: [] } }, { config: {} }, 0],
    ['the user', { config: { User: long } }, { config: { User: '' } }, 2000],
  ])('%s', (_, options, less, bytes) => {
    expect(weigh(options) - weigh(less)).toBe(bytes);
  });
  test('a layer: its digest and type', () => {
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${'6'.repeat(64)}`, size: 9 };
    const weights = [1, 2, 3].map((count) =>
      weigh({ manifest: { layers: Array.from({ length: count }, () => layer) } }),
    );
    expect(weights.map((weight) => weight - (weights[0] as number))).toEqual([
      0,
      2 * (71 + 38) + 64,
      4 * (71 + 38) + 128,
    ]);
  });
  test('the index', () => {
    const image = imageOf([{}], { annotations: { a: long } });
    expect(weightOf(image) - weightOf({ ...image, index: null })).toBe(
      2002 + 2 * 64 + 256 + 2 * 'linux/amd64'.length + 64,
    );
  });
});

test('without its texts, an image keeps digests, platforms, dates and sizes', () => {
  const image = imageOf(
    [{ labels: { a: 'b' }, env: ['A=b'], annotations: { c: 'd' }, config: { User: 'app', Cmd: ['run'] } }],
    { annotations: { e: 'f' } },
  );
  const bare = withoutTexts(image);
  const [platform] = bare.platforms;
  expect(bare).toMatchObject({ digest: image.digest, mediaType: image.mediaType });
  expect(platform).toMatchObject({ name: 'linux/amd64', imageId: image.platforms[0]?.imageId });
  expect(platform?.configFile.created).toBe(image.platforms[0]?.configFile.created);
  const { config } = platform?.configFile ?? {};
  expect([config?.labels.size, config?.env.values.size, config?.user, config?.cmd]).toEqual([0, 0, '', null]);
  expect([platform?.manifestAnnotations.size, platform?.indexAnnotations.size, platform?.layers.length]).toEqual([
    0, 0, 0,
  ]);
  expect(bare.index).toMatchObject({ platforms: ['linux/amd64'], annotations: new Map() });
  expect(withoutTexts({ ...image, index: null }).index).toBeNull();
});

test('a date has its weight', () => {
  const weigh = (created: string): number => weightOf(imageOf([{ created }]));
  expect(weigh('2026-11-20T10:00:00.000000000Z') - weigh('2026-11-20T10:00:00Z')).toBe(2 * '.000000000'.length);
});
