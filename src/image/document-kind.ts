import { AssertImageError } from '../base/errors.ts';
import type { Fields } from '../json/fields.ts';
import { DOCKER_CONFIG, type DocumentKind, kindOf, OCI_CONFIG } from './media-types.ts';

export function refuseSchema1(
  announced: string | null,
  stated: string | undefined,
  fields: Fields,
  what: string,
): void {
  const isSchema1 =
    kindOf(announced ?? '') === 'schema1' || kindOf(stated ?? '') === 'schema1' || fields.value('schemaVersion') === 1;
  if (isSchema1) {
    throw new AssertImageError('unsupported', `${what} is in Docker's old schema 1 format, which is not supported.`, {
      hint: 'Its digest is not that of its bytes, and containerd 2 does not pull it either: build and push the image with a current builder.',
    });
  }
}

export function documentKind(mediaType: string | null | undefined, fields: Fields, what: string): 'index' | 'manifest' {
  const byType: DocumentKind | undefined = kindOf(mediaType ?? '');
  if (byType === 'index' || byType === 'manifest') return byType;
  if (mediaType) {
    if (hasImageConfig(fields))
      throw new AssertImageError(
        'ambiguous',
        `${what} is ${JSON.stringify(mediaType)}, and has the config of an image: some clients would start it.`,
      );
    throw new AssertImageError('not-an-image', `${what} is ${JSON.stringify(mediaType)}, not a container image.`);
  }
  const isIndex = fields.has('manifests');
  const isManifest = fields.has('config') || fields.has('layers');
  if (isIndex === isManifest) {
    throw new AssertImageError(
      isIndex ? 'ambiguous' : 'malformed',
      `${what} is ${isIndex ? 'both' : 'neither'} an image index ${isIndex ? 'and' : 'nor'} an image manifest.`,
    );
  }
  return isIndex ? 'index' : 'manifest';
}

/** go-containerregistry warns of a manifest of an unknown type, and reads it. (pkg/v1/remote, descriptor.go) */
function hasImageConfig(fields: Fields): boolean {
  const type = (fields.value('config') as { mediaType?: unknown } | undefined)?.mediaType;
  return (type === OCI_CONFIG || type === DOCKER_CONFIG) && Array.isArray(fields.value('layers'));
}

/** Runtimes start what has an image's config, under any other name too: it is never just skipped. */
export function posingError(artifactType: string, what: string): AssertImageError {
  return new AssertImageError(
    'ambiguous',
    `${what} calls itself an artifact (${JSON.stringify(artifactType)}), and is an image that a runtime would start.`,
  );
}

export function notAnImageError(reason: string, what: string): AssertImageError {
  return new AssertImageError('not-an-image', `${what} is not a container image: ${reason}.`, {
    hint: 'Signatures, charts and build caches live in registries too; check the reference.',
  });
}
