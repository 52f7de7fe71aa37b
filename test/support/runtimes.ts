/**
 * What a runtime would start, by the rules of its own sources and independent of ours: Docker (moby,
 * daemon/…/distribution), containerd (core/images) and go-containerregistry (pkg/v1/remote). Each is asked for
 * every platform, for the nodes of a cluster differ.
 */
import {
  DOCKER_CONFIG,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/image/media-types.ts';

interface Platform {
  readonly os?: string;
  readonly architecture?: string;
}
interface RawDescriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly platform?: Platform;
}
interface RawDocument {
  readonly mediaType?: string;
  readonly config?: RawDescriptor;
  readonly layers?: readonly RawDescriptor[];
  readonly manifests?: readonly RawDescriptor[];
}
/** Manifests, indexes and configs by digest, as JSON texts. */
export type Contents = ReadonlyMap<string, string>;

const INDEXES: readonly (string | undefined)[] = [OCI_INDEX, DOCKER_LIST];
const MANIFESTS: readonly (string | undefined)[] = [OCI_MANIFEST, DOCKER_MANIFEST];
const CONFIGS: readonly (string | undefined)[] = [OCI_CONFIG, DOCKER_CONFIG];

function read(contents: Contents, digest: string): RawDocument & Platform {
  try {
    return JSON.parse(contents.get(digest) ?? '') as RawDocument & Platform;
  } catch {
    return {};
  }
}

const isReal = ({ os = '', architecture = '' }: Platform): boolean =>
  os !== '' && architecture !== '' && os !== 'unknown' && architecture !== 'unknown';

/** `images.Manifest`: by the type of the descriptor; without a platform there, by that of the config. */
function byContainerd(contents: Contents, descriptor: RawDescriptor): string[] {
  const document = read(contents, descriptor.digest);
  if (INDEXES.includes(descriptor.mediaType)) {
    return (document.manifests ?? [])
      .filter(({ platform }) => platform === undefined || isReal(platform))
      .flatMap((child) => byContainerd(contents, child));
  }
  if (!MANIFESTS.includes(descriptor.mediaType) || !CONFIGS.includes(document.config?.mediaType)) return [];
  const platform = descriptor.platform ?? read(contents, document.config?.digest ?? '');
  return isReal(platform) ? [descriptor.digest] : [];
}

/** `pullManifestList`: by platform, then by what the registry answers with; configs also of the default types. */
function byDocker(contents: Contents, digest: string): string[] {
  const document = read(contents, digest);
  if (INDEXES.includes(document.mediaType)) {
    return (document.manifests ?? [])
      .filter(({ platform }) => platform !== undefined && isReal(platform))
      .flatMap((child) => byDocker(contents, child.digest));
  }
  const allowed = [...CONFIGS, 'application/octet-stream', 'application/json', 'text/html', '', undefined];
  const isAllowed = MANIFESTS.includes(document.mediaType) && allowed.includes(document.config?.mediaType);
  const layers = document.layers ?? [];
  const isSupported = layers.every(({ mediaType = '' }) =>
    /^application\/vnd\.(oci\.image|docker)(\.|$)/.test(mediaType),
  );
  return isAllowed && document.config !== undefined && isSupported ? [digest] : [];
}

/** `childByPlatform`: an entry without a platform counts as linux/amd64; then by what the registry answers with. */
function byGoContainerRegistry(contents: Contents, digest: string): string[] {
  const document = read(contents, digest);
  if (INDEXES.includes(document.mediaType)) {
    return (document.manifests ?? [])
      .filter(({ platform }) => platform === undefined || isReal(platform))
      .flatMap((child) => byGoContainerRegistry(contents, child.digest));
  }
  if (!MANIFESTS.includes(document.mediaType) || !CONFIGS.includes(document.config?.mediaType)) return [];
  return isReal(read(contents, document.config?.digest ?? '')) ? [digest] : [];
}

/** The manifests that any of them would start on some node, from a reference that resolves to this document. */
export function startable(contents: Contents, digest: string, mediaType: string): Set<string> {
  return new Set([
    ...byContainerd(contents, { digest, mediaType }),
    ...byDocker(contents, digest),
    ...byGoContainerRegistry(contents, digest),
  ]);
}
