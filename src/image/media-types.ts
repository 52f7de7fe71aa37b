/** The media types that a registry may answer a manifest request with. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

/**
 * Configs that Docker starts as well, for images of 2016 and before. Source: moby, daemon/pkg/distribution
 * (`defaultImageTypes`).
 */
export const VAGUE_CONFIGS: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'application/json',
  'text/html',
]);

/** Layers that Docker unpacks: these types, and those below them. Source: moby, `supportedMediaTypes`. */
export function isImageLayer(mediaType: string): boolean {
  return /^application\/vnd\.(oci\.image|docker)(\.|$)/.test(mediaType);
}

/** Types of blobs, which are no documents: layers, configs, and the parts of a build cache. */
export function isBlobType(mediaType: string): boolean {
  return (
    /^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\./.test(mediaType) ||
    mediaType === OCI_CONFIG ||
    mediaType === DOCKER_CONFIG ||
    mediaType === 'application/vnd.buildkit.cacheconfig.v0'
  );
}

/**
 * All four in one header: without it, registries convert to schema 1 of linux/amd64.
 * No wildcard, for the same reason. Source: distribution-spec, content negotiation.
 */
export const ACCEPT_MANIFESTS = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(', ');

export type DocumentKind = 'index' | 'manifest' | 'schema1';

const KINDS: Readonly<Record<string, DocumentKind>> = {
  [OCI_INDEX]: 'index',
  [DOCKER_LIST]: 'index',
  [OCI_MANIFEST]: 'manifest',
  [DOCKER_MANIFEST]: 'manifest',
  'application/vnd.docker.distribution.manifest.v1+json': 'schema1',
  'application/vnd.docker.distribution.manifest.v1+prettyjws': 'schema1',
};

/** What a media type says the document is; undefined for one that says nothing about it. */
export function kindOf(mediaType: string): DocumentKind | undefined {
  return Object.hasOwn(KINDS, mediaType) ? KINDS[mediaType] : undefined;
}

/** The media type of a Content-Type header: parameters dropped, lower case; null where it names no document. */
export function mediaTypeOf(contentType: string | undefined): string | null {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return VAGUE_CONTENT_TYPES.has(mediaType) ? null : mediaType;
}

/** Sent by Artifactory and registry.access.redhat.com in place of the real one (distribution-spec, Pulling manifests). */
const VAGUE_CONTENT_TYPES = new Set(['', 'text/plain', 'application/json', 'application/octet-stream']);
