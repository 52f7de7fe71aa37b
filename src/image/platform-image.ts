import { formatPlatform, type Platform } from '../reference/platform.ts';
import type { Digest } from '../reference/digest.ts';
import type { ConfigFile } from './config.ts';
import type { Descriptor } from './descriptor.ts';
import type { Manifest } from './manifest.ts';
import type { StatedProvenance } from './stated-provenance.ts';

/** One runnable image. */
export interface PlatformImage {
  /** `linux/amd64`, with ` (2)` behind it where the index has a second of the same. */
  readonly name: string;
  readonly platform: Platform;
  /** What the index says the platform is; null for a single manifest and an entry without one. */
  readonly offered: Platform | null;
  readonly manifestDigest: Digest;
  readonly mediaType: string;
  readonly imageId: Digest;
  readonly manifestAnnotations: ReadonlyMap<string, string>;
  readonly descriptorAnnotations: ReadonlyMap<string, string>;
  /** Of the whole index, the same for each of its platforms; empty for a single manifest. */
  readonly indexAnnotations: ReadonlyMap<string, string>;
  readonly configFile: ConfigFile;
  /** Listed, never fetched. */
  readonly layers: readonly Descriptor[];
  /** Sum of the layers as the registry stores them, in bytes. */
  readonly size: number;
  /** What a builder wrote beside it; null where it was not read. */
  readonly provenance: StatedProvenance | null;
}

/** What an index says of one of its images. */
interface InIndex {
  readonly descriptor: Descriptor | null;
  readonly annotations: ReadonlyMap<string, string>;
}

export const NO_INDEX: InIndex = { descriptor: null, annotations: new Map() };

export function platformOf(
  manifestDigest: Digest,
  manifest: Manifest,
  configFile: ConfigFile,
  { descriptor, annotations }: InIndex,
): PlatformImage {
  const platform = descriptor?.platform ?? configFile.platform;
  return {
    name: formatPlatform(platform),
    platform,
    offered: descriptor?.platform ?? null,
    manifestDigest,
    mediaType: manifest.mediaType,
    imageId: manifest.config.digest,
    manifestAnnotations: manifest.annotations,
    descriptorAnnotations: descriptor?.annotations ?? new Map(),
    indexAnnotations: annotations,
    configFile,
    layers: manifest.layers,
    size: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    provenance: null,
  };
}
