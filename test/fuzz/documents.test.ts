/** Trees of images, attestations and artifacts: what any runtime would start is checked or an error, never skipped. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { readImage } from '../../src/image/image.ts';
import type { Source } from '../../src/image/source.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { type Blob, blobOf, descriptorOf } from '../support/images.ts';
import { startable } from '../support/runtimes.ts';

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker.distribution.manifest';
const CONFIG_TYPES = [
  `${OCI}.config.v1+json`,
  `${OCI}.config.v1+json`,
  'application/vnd.docker.container.image.v1+json',
  'application/octet-stream',
  'application/json',
  'application/vnd.oci.empty.v1+json',
  'application/vnd.cncf.helm.config.v1+json',
];
const LAYER_TYPES = [
  `${OCI}.layer.v1.tar+gzip`,
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.dev.cosign.simplesigning.v1+json',
  'application/vnd.in-toto+json',
];
const PLATFORMS = [
  undefined,
  undefined,
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'unknown', architecture: 'unknown' },
  { os: '', architecture: '' },
];

interface Tree {
  readonly kind: 'manifest' | 'index' | 'blob';
  readonly platform: (typeof PLATFORMS)[number];
  readonly type: string | null;
  readonly configType: string;
  readonly configPlatform: { os: string; architecture: string } | undefined;
  readonly layerTypes: readonly string[];
  readonly artifactType: string | null;
  readonly isAnnotated: boolean;
  readonly children: readonly Tree[];
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    kind: fc.constantFrom('manifest', 'manifest', 'manifest', 'index', 'blob'),
    platform: fc.constantFrom(...PLATFORMS),
    type: fc.constantFrom(
      null,
      null,
      null,
      'application/vnd.example',
      `${OCI}.manifest.v1+json`,
      `${OCI}.index.v1+json`,
    ),
    configType: fc.constantFrom(...CONFIG_TYPES),
    configPlatform: fc.constantFrom(
      undefined,
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ),
    layerTypes: fc.array(fc.constantFrom(...LAYER_TYPES), { maxLength: 2 }),
    artifactType: fc.constantFrom(null, null, 'application/vnd.example.artifact'),
    isAnnotated: fc.boolean(),
    children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
  }),
}));

/** Writes a tree down; returns its entry for an index. */
function write(
  node: Tree,
  blobs: Map<string, Blob>,
  seed: { count: number },
): { blob: Blob; entry: Record<string, unknown> } {
  const put = (content: unknown, mediaType: string): Blob => {
    const blob = blobOf(content, mediaType);
    blobs.set(blob.digest, blob);
    return blob;
  };
  seed.count += 1;
  const artifact = node.artifactType === null ? {} : { artifactType: node.artifactType };
  const blob = ((): Blob => {
    if (node.kind === 'blob') return put(`layer ${seed.count}`, `${OCI}.layer.v1.tar+gzip`);
    if (node.kind === 'index') {
      const mediaType = seed.count % 2 === 0 ? `${DOCKER}.list.v2+json` : `${OCI}.index.v1+json`;
      const manifests = node.children.map((child) => write(child, blobs, seed).entry);
      return put({ schemaVersion: 2, mediaType, ...artifact, manifests }, mediaType);
    }
    const config = put({ ...node.configPlatform, config: { Labels: { at: String(seed.count) } } }, node.configType);
    const mediaType = seed.count % 2 === 0 ? `${DOCKER}.v2+json` : `${OCI}.manifest.v1+json`;
    const layers = node.layerTypes.map((type, at) => descriptorOf(blobOf(`layer ${seed.count} ${at}`, type)));
    return put({ schemaVersion: 2, mediaType, ...artifact, config: descriptorOf(config), layers }, mediaType);
  })();
  const entry = {
    ...descriptorOf(blob),
    // A blob is listed as one: that a document is listed as a blob is told apart in a test of its own.
    ...(node.type === null || node.kind === 'blob' ? {} : { mediaType: node.type }),
    ...(node.platform && { platform: node.platform }),
    ...(node.isAnnotated ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } } : {}),
  };
  return { blob, entry };
}

function sourceOf(blobs: ReadonlyMap<string, Blob>): Source {
  const get = (digest: string): Blob => {
    const blob = blobs.get(digest);
    if (!blob) throw new AssertImageError('missing', `${digest} does not exist.`);
    return blob;
  };
  return {
    manifest: async (digest) => {
      const { bytes, mediaType } = get(digest);
      // A registry keeps blobs apart from documents.
      if (!mediaType.includes('manifest') && !mediaType.includes('index'))
        throw new AssertImageError('missing', `${digest}.`);
      return { bytes, digest: digest as Blob['digest'], contentType: mediaType };
    },
    blob: async ({ digest }) => get(digest).bytes,
  };
}

test(
  'what any of Docker, containerd and go-containerregistry would start is never skipped',
  async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (root) => {
        const blobs = new Map<string, Blob>();
        const { blob } = write({ ...root, kind: root.kind === 'blob' ? 'index' : root.kind }, blobs, { count: 0 });
        const contents = new Map([...blobs].map(([digest, { bytes }]) => [digest, bytes.toString()]));
        const started = startable(contents, blob.digest, blob.mediaType);
        const outcome: unknown = await readImage(sourceOf(blobs), blob.digest, 'all').catch((error: unknown) => error);
        if (outcome instanceof AssertImageError) {
          // Under a pattern this code means that the tag is skipped; every other one is told.
          if (outcome.code === 'not-an-image') expect([...started]).toEqual([]);
          else expect(outcome.code).toMatch(/^(ambiguous|malformed|unsupported|incomplete|too-large)$/);
          return;
        }
        const checked = new Set(
          (outcome as Awaited<ReturnType<typeof readImage>>).platforms.map(
            ({ manifestDigest }) => manifestDigest as string,
          ),
        );
        expect([...started].filter((digest) => !checked.has(digest))).toEqual([]);
      }),
      bounded(600),
    );
  },
  FUZZ_TIMEOUT_MS,
);
