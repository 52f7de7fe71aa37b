/** An Image made from builder output by our own parsers, without a registry: for the pure stages. */
import type { Expectations } from '../../src/expectations/expectations.ts';
import { parseConfigFile } from '../../src/image/config.ts';
import type { Image } from '../../src/image/image.ts';
import type { PlatformImage } from '../../src/image/platform-image.ts';
import { type Manifest, parseManifest } from '../../src/image/manifest.ts';
import { formatPlatform } from '../../src/reference/platform.ts';
import { buildImage, type ImageOptions } from './images.ts';

/** To be filled in by what a test is about. */
export const NOTHING_EXPECTED: Expectations = {
  revision: null,
  revisionFrom: [],
  provenance: null,
  containsCommit: null,
  digest: null,
  fields: [],
  cel: [],
  metadataTests: [],
};

export interface FactsOptions extends ImageOptions {
  readonly descriptorAnnotations?: Record<string, string>;
}

export function imageOf(
  platforms: readonly FactsOptions[],
  index: { annotations?: Record<string, string> } = {},
): Image {
  const annotations = new Map(Object.entries(index.annotations ?? {}));
  const read = platforms.map((options): PlatformImage => {
    const built = buildImage(options);
    const manifest = parseManifest(built.manifest.bytes, built.manifest.mediaType, 'the manifest') as Manifest;
    const configFile = parseConfigFile(built.config.bytes, 'the config');
    return {
      name: formatPlatform(configFile.platform),
      platform: configFile.platform,
      offered: configFile.platform,
      manifestDigest: built.manifest.digest,
      mediaType: manifest.mediaType,
      imageId: built.config.digest,
      manifestAnnotations: manifest.annotations,
      descriptorAnnotations: new Map(Object.entries(options.descriptorAnnotations ?? {})),
      indexAnnotations: annotations,
      configFile,
      layers: manifest.layers,
      size: 0,
      provenance: null,
    };
  });
  return {
    digest: (read[0] as PlatformImage).manifestDigest,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    index: {
      platforms: read.map(({ name }) => name),
      annotations,
      manifests: read.map(({ manifestDigest }) => manifestDigest),
    },
    platforms: read,
    absent: [],
    unchecked: [],
    skipped: [],
    attestations: [],
  };
}
