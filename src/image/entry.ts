import { AssertImageError } from '../base/errors.ts';
import { parseJsonObject } from '../json/loose-json.ts';
import type { ConfigFile } from './config.ts';
import type { Descriptor } from './descriptor.ts';
import type { Index, Manifest } from './manifest.ts';
import { isBlobType, kindOf } from './media-types.ts';

/** An entry of an index: an image, an attestation about one, or something else. */
export interface Entry {
  readonly descriptor: Descriptor;
  readonly kind: 'image' | 'attestation' | 'other';
  /** Why it is no image; empty for one. */
  readonly reason: string;
  /** It has no platform and an image's layers: beside an image, go-containerregistry may choose it. */
  readonly isTakenByDefault?: boolean;
  /** What was read while classifying it. */
  readonly opened?: { readonly manifest: Manifest; readonly configFile: ConfigFile };
}

/**
 * Classifies an entry by its descriptor. Null if it has to be opened. An attestation is known by its platform
 * only: runtimes select by platform, so that an annotation alone must not let an image escape the check.
 */
export function entryByType(descriptor: Descriptor): Entry | null {
  const { platform, mediaType, annotations } = descriptor;
  if (platform?.os === 'unknown' && platform.architecture === 'unknown') {
    return annotations.get('vnd.docker.reference.type') === 'attestation-manifest'
      ? { descriptor, kind: 'attestation', reason: 'attestation' }
      : { descriptor, kind: 'other', reason: 'platform unknown/unknown' };
  }
  if (kindOf(mediaType) === 'index') return null;
  if (platform !== null) return { descriptor, kind: 'image', reason: '' };
  return isBlobType(mediaType) ? { descriptor, kind: 'other', reason: `no image: ${mediaType}` } : null;
}

/** Layers and the list of them, and nothing else (BuildKit, cache/remotecache/export.go). */
export function isBuildCache({ manifests }: Index): boolean {
  return (
    manifests.every(({ platform, mediaType }) => platform === null && isBlobType(mediaType)) &&
    manifests.some(({ mediaType }) => mediaType.startsWith('application/vnd.buildkit.cacheconfig.'))
  );
}

/** As a lenient client reads it: invalid UTF-8 is replaced, types are ignored. */
export function hasImageLayers(bytes: Uint8Array): boolean {
  const document = parseJsonObject(bytes);
  const layers = document === null ? null : document['layers'];
  return (
    Array.isArray(layers) &&
    layers.some((layer) =>
      /^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\./.test(
        String((layer as { mediaType?: unknown } | null)?.mediaType),
      ),
    )
  );
}

/** Codes by which an entry of an unknown type shows that nothing can start it. */
const NO_IMAGE: ReadonlySet<string> = new Set(['not-an-image', 'malformed', 'unsupported', 'incomplete']);
/** The same where the entry says that it is a manifest: one that is broken or gone may be an image. */
const NO_IMAGE_BY_TYPE: ReadonlySet<string> = new Set(['not-an-image']);

/** Whether an entry that was opened is nothing that could be started. @param type of document that it says it is */
export function showsNoImage(error: unknown, type: string | undefined): boolean {
  return error instanceof AssertImageError && (type === undefined ? NO_IMAGE : NO_IMAGE_BY_TYPE).has(error.code);
}
