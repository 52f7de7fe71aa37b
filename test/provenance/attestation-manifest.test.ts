import { describe, expect, test } from 'vitest';
import { attestationAbout, attestationsIn } from '../../src/image/attestations.ts';
import { entryByType } from '../../src/image/entry.ts';
import { parseDescriptor } from '../../src/image/descriptor.ts';
import { provenanceLayer } from '../../src/provenance/attestation-manifest.ts';
import { blobOf, buildImage, buildProvenance, descriptorOf } from '../support/images.ts';

const image = buildImage();
const sbom = blobOf({ spdx: true }, 'application/vnd.in-toto+json');
const layerOf = (bytes: Uint8Array): string | undefined => provenanceLayer(bytes, 'it')?.digest;

describe('the layer of provenance', () => {
  test.each([false, true])('beside an SBOM, as an artifact: %s', (isArtifact) => {
    for (const version of ['v0.2', 'v1'] as const) {
      const built = buildProvenance(image, { isArtifact, version, others: [sbom] });
      expect(layerOf(built.manifest.bytes)).toBe(built.blobs?.[1]?.digest);
    }
  });

  const layer = (text: string, type: string, mediaType = 'application/vnd.in-toto+json'): unknown => ({
    ...descriptorOf(blobOf(text, mediaType)),
    annotations: { 'in-toto.io/predicate-type': type },
  });
  const V1 = 'https://slsa.dev/provenance/v1';
  const of = (...layers: unknown[]): Uint8Array => Buffer.from(JSON.stringify({ schemaVersion: 2, layers }));

  test.each([
    ['an SBOM', of(layer('a', 'https://spdx.dev/Document'))],
    ['another media type', of(layer('a', V1, 'application/octet-stream'))],
    ['a longer predicate type', of(layer('a', `${V1}.1`))],
    ['a layer without annotations', of(descriptorOf(blobOf('a', 'application/vnd.in-toto+json')))],
    ['no layers', Buffer.from('{}')],
  ])('%s is none', (_, bytes) => expect(layerOf(bytes)).toBeUndefined());

  test('twice the same is one; two that differ are ambiguous, by either version', () => {
    expect(layerOf(of(layer('a', V1), layer('a', V1)))).toMatch(/^sha256:/);
    expect(() => layerOf(of(layer('a', V1), layer('b', V1)))).toThrow('2 layers of provenance that differ');
    expect(() => layerOf(of(layer('a', V1), layer('b', 'https://slsa.dev/provenance/v0.2')))).toThrow('differ');
  });
});

describe('the attestation about a manifest', () => {
  const other = buildImage({ platform: 'linux/arm64' });
  const entriesOf = (...entries: Record<string, unknown>[]): ReturnType<typeof attestationsIn> =>
    attestationsIn(entries.flatMap((entry) => entryByType(parseDescriptor(entry as never, 'entry')) ?? []));
  const entryOf = (subject: string, revision: string, platform = 'unknown'): Record<string, unknown> => ({
    ...descriptorOf(buildProvenance(image, { revision }).manifest),
    platform: { os: platform, architecture: platform },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': subject },
  });
  const { digest } = image.manifest;

  test('by the digest that it names; a second of the same content is one', () => {
    const found = entriesOf(entryOf(other.manifest.digest, 'b'), entryOf(digest, 'a'), entryOf(digest, 'a'));
    expect(found).toHaveLength(3);
    expect(attestationAbout(digest, found)?.digest).toBe(entryOf(digest, 'a')['digest']);
    expect(attestationAbout(`sha256:${'0'.repeat(64)}` as never, found)).toBeNull();
  });
  test('two that differ are ambiguous', () => {
    expect(() => attestationAbout(digest, entriesOf(entryOf(digest, 'a'), entryOf(digest, 'b')))).toThrow(
      'the index has 2 attestation manifests about',
    );
  });
  test('an entry that says no digest, or that a runtime could choose, is none', () => {
    expect(entriesOf(entryOf('', 'a'), entryOf('sha256:x', 'a'), entryOf(digest, 'a', 'linux'))).toEqual([]);
  });
});
