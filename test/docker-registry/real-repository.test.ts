/**
 * A repository as real ones are, on Docker's own registry: images and what builders and signers leave beside them.
 * The documents are those of the tools' sources, because none of them is installed here: BuildKit's cache (`cache/remotecache/export.go`),
 * cosign 2 (`pkg/oci/static`), cosign 3 (a bundle, and the tag that stands for the referrers API), helm (`pkg/registry`),
 * and actions/attest.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts';
import { canRunDockerRegistry, DockerRegistry } from '../support/docker-registry.ts';
import {
  type Blob,
  blobOf,
  buildAttestation,
  buildImage,
  buildIndex,
  type BuiltImage,
  COMMIT,
  descriptorOf,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { runAction, type Run } from '../support/runner.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const layer = blobOf('no layer is ever read', LAYER);
const empty = blobOf('{}', 'application/vnd.oci.empty.v1+json');
const EMPTY_PLATFORM = '{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}}';

function imageOf(revision: string, day: number, platform?: string): BuiltImage {
  const created = `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`;
  const options = { created, labels: { [REVISION]: revision }, manifest: { layers: [descriptorOf(layer)] } };
  return buildImage(platform === undefined ? options : { ...options, platform });
}

function manifestOf(config: Blob, layers: readonly Blob[], rest: Record<string, unknown> = {}): Blob {
  const content = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  };
  return blobOf({ ...content, ...rest }, OCI_MANIFEST);
}

describe.skipIf(!canRunDockerRegistry())('a repository as real ones are', () => {
  let registry: DockerRegistry;
  beforeAll(async () => void (registry = await DockerRegistry.start()), 60_000);
  afterAll(() => registry.stop());

  async function put(path: string, { bytes, mediaType }: Blob): Promise<void> {
    const answer = await fetch(new URL(path, `http://${registry.host}`), {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': mediaType },
    });
    expect([path, answer.status, await answer.text()]).toEqual([path, 201, '']);
  }
  async function blobs(...all: readonly Blob[]): Promise<void> {
    for (const blob of all) {
      const { headers } = await fetch(`http://${registry.host}/v2/acme/app/blobs/uploads/`, { method: 'POST' });
      const place = new URL(headers.get('location') ?? '', `http://${registry.host}`);
      place.searchParams.set('digest', blob.digest);
      await put(place.href, { ...blob, mediaType: 'application/octet-stream' });
    }
  }
  const manifest = (tag: string, blob: Blob): Promise<void> => put(`/v2/acme/app/manifests/${tag}`, blob);

  /** What is beside the images, by its tag. */
  async function pushOthers(image: BuiltImage): Promise<string[]> {
    const tagOf = `sha256-${image.manifest.digest.slice('sha256:'.length)}`;
    const signed = blobOf('{"critical":{}}', SIMPLE_SIGNING);
    const statement = blobOf('{"payloadType":"application/vnd.in-toto+json"}', 'application/vnd.dsse.envelope.v1+json');
    const noPlatform = blobOf(EMPTY_PLATFORM, 'application/vnd.oci.image.config.v1+json');
    const bundle = blobOf('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', BUNDLE);
    const chart = blobOf('{"name":"app","version":"1.0.0"}', 'application/vnd.cncf.helm.config.v1+json');
    const archive = blobOf('chart', 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
    const cacheConfig = blobOf('{"layers":[],"records":[]}', 'application/vnd.buildkit.cacheconfig.v0');
    const layers = Array.from({ length: 120 }, (_, at) => blobOf(`cached ${at}`, LAYER));
    await blobs(signed, statement, noPlatform, bundle, chart, archive, cacheConfig, empty, ...layers);
    const subject = { subject: descriptorOf(image.manifest) };
    const artifact = manifestOf(empty, [bundle], { artifactType: BUNDLE, ...subject });
    await manifest(artifact.digest, artifact);
    const referrers = {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ ...descriptorOf(artifact), artifactType: BUNDLE }],
    };
    const others: Record<string, Blob> = {
      [`${tagOf}.sig`]: manifestOf(noPlatform, [signed]),
      [`${tagOf}.att`]: manifestOf(noPlatform, [statement]),
      [tagOf]: blobOf(referrers, OCI_INDEX),
      'chart-1.0.0': manifestOf(chart, [archive]),
      buildcache: blobOf(
        { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...layers, cacheConfig].map(descriptorOf) },
        OCI_INDEX,
      ),
      'buildcache-manifest': manifestOf(cacheConfig, layers),
    };
    for (const [tag, blob] of Object.entries(others)) await manifest(tag, blob);
    return Object.keys(others);
  }

  async function pushImage(tag: string, image: BuiltImage): Promise<void> {
    await blobs(layer, image.config);
    await manifest(tag, image.manifest);
  }

  const run = (inputs: Record<string, string> = {}): Promise<Run> =>
    runAction({ inputs: { image: `${registry.host}/acme/app:*`, ...inputs } });

  test('app:* judges the images, and names what it skips', async () => {
    const [amd64, arm64] = [imageOf(COMMIT, 10), imageOf(COMMIT, 10, 'linux/arm64')];
    await pushImage('v1', amd64);
    await pushImage('arm64', arm64);
    const attestation = buildAttestation(amd64);
    await blobs(attestation.config);
    await manifest(attestation.manifest.digest, attestation.manifest);
    const others = await pushOthers(amd64);
    await manifest('v2', buildIndex([amd64, arm64, attestation]).manifest);

    const green = await run();
    expect(green.outputs['result']).toBe('pass');
    const images = JSON.parse(green.outputs['images'] ?? '') as { tag: string }[];
    expect(images.map(({ tag }) => tag).toSorted()).toEqual(['arm64', 'v1', 'v2']);
    const { skipped } = green.report as { skipped: { reference: string; reason: string }[] };
    expect(skipped.map(({ reference }) => reference.slice(reference.lastIndexOf(':') + 1)).toSorted()).toEqual(
      others.toSorted(),
    );
    expect(green.stdout).toContain(`${others.length} skipped: not a container image`);

    await pushImage('stale', imageOf(OTHER_COMMIT, 1));
    const red = await run();
    expect(red.outputs['result']).toBe('fail');
    expect(red.exitCode).toBe(1);
    expect((await run({ require: 'any' })).outputs).toMatchObject({ result: 'pass', revision: COMMIT });
  });
});
