/** Images as builders write them, and as attackers do: every document is made of plain JSON. */
import { digestOf, type Digest } from '../../src/reference/digest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/image/media-types.ts';

export interface Blob {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

export interface BuiltImage {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly platform: { os: string; architecture: string; variant?: string } | undefined;
  /** What else it names. */
  readonly blobs?: readonly Blob[];
}

export interface BuiltIndex {
  readonly manifest: Blob;
  readonly children: readonly BuiltImage[];
}

export interface ImageOptions {
  readonly platform?: string;
  readonly labels?: Record<string, string> | null;
  readonly env?: readonly string[];
  readonly created?: string;
  readonly annotations?: Record<string, string>;
  /** Laid over the inner `config` object. */
  readonly config?: Record<string, unknown>;
  /** Laid over the whole config file. */
  readonly configFile?: Record<string, unknown>;
  /** Laid over the manifest. */
  readonly manifest?: Record<string, unknown>;
  readonly docker?: boolean;
  /** In place of the config's JSON. */
  readonly configText?: string;
}

export const COMMIT = 'c0ffee0123456789abcdef0123456789abcdef01';
export const OTHER_COMMIT = 'decade0123456789abcdef0123456789abcdef02';
export const REVISION = 'org.opencontainers.image.revision';

export function blobOf(content: unknown, mediaType: string): Blob {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { bytes, digest: digestOf(bytes), mediaType };
}

export function descriptorOf({ bytes, digest, mediaType }: Blob): Record<string, unknown> {
  return { mediaType, digest, size: bytes.length };
}

export function buildImage(options: ImageOptions = {}): BuiltImage {
  const [os, architecture, variant] = (options.platform ?? 'linux/amd64').split('/') as [string, string, string?];
  const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  const configFile = {
    created: options.created ?? '2026-11-20T10:00:00Z',
    ...platform,
    config: {
      Env: options.env ?? ['PATH=/usr/bin', 'NODE_ENV=production'],
      Labels: options.labels === undefined ? { [REVISION]: COMMIT } : options.labels,
      ...options.config,
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${'1'.repeat(64)}`] },
    history: [{ created_by: 'RUN echo build-secret' }],
    ...options.configFile,
  };
  const config = blobOf(options.configText ?? configFile, options.docker ? DOCKER_CONFIG : OCI_CONFIG);
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digestOf(Buffer.from(`layer of ${options.platform}`)),
    size: 3_000_000,
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: options.docker ? DOCKER_MANIFEST : OCI_MANIFEST,
    config: descriptorOf(config),
    layers: [layer],
    ...(options.annotations ? { annotations: options.annotations } : {}),
    ...options.manifest,
  };
  return { manifest: blobOf(manifest, options.docker ? DOCKER_MANIFEST : OCI_MANIFEST), config, platform };
}

/** What BuildKit puts beside each image: a manifest of the ordinary kind, for a platform that is none. */
export function buildAttestation(of: BuiltImage): BuiltImage {
  const built = buildImage({
    labels: null,
    configFile: { os: 'unknown', architecture: 'unknown' },
    manifest: { layers: [] },
  });
  return {
    ...built,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotationsOf: of.manifest.digest,
  } as BuiltImage;
}

const BUILDKIT_V02 = 'https://mobyproject.org/buildkit@v1';
const BUILDKIT_V1 = 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md';
export const SLSA_V02 = 'https://slsa.dev/provenance/v0.2';
export const SLSA_V1 = 'https://slsa.dev/provenance/v1';

export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The artifact that `actions/attest` pushes beside a manifest; the first of its blobs is the bundle. */
export function buildBundleArtifact(
  subject: Blob,
  bundle: unknown,
  over: Record<string, unknown> = {},
): { manifest: Blob; blobs: readonly Blob[] } {
  const layer = blobOf(bundle, BUNDLE_TYPE);
  const config = blobOf({}, 'application/vnd.oci.empty.v1+json');
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: BUNDLE_TYPE,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
    subject: descriptorOf(subject),
    annotations: { 'dev.sigstore.bundle.predicateType': SLSA_V1 },
    ...over,
  };
  return { manifest: blobOf(manifest, OCI_MANIFEST), blobs: [layer, config] };
}

export interface ProvenanceOptions {
  readonly version?: 'v0.2' | 'v1';
  /** The attestation manifest with `artifactType` and `subject`, BuildKit's default since v0.32. */
  readonly isArtifact?: boolean;
  readonly revision?: string | null;
  readonly context?: { uri?: string; digest?: Record<string, string> };
  readonly buildType?: string;
  /** In place of the image's own. */
  readonly subject?: string;
  /** Laid over the statement. */
  readonly statement?: Record<string, unknown>;
  /** Layers beside it, in front. */
  readonly others?: readonly Blob[];
  readonly statementText?: string;
}

/** The predicate that BuildKit writes, as far as it is read. */
export function predicateOf({ version, revision = COMMIT, context = {}, buildType }: ProvenanceOptions): unknown {
  const vcs = revision === null ? {} : { vcs: { revision, source: 'https://github.com/acme/app.git' } };
  return version === 'v1'
    ? {
        buildDefinition: {
          buildType: buildType ?? BUILDKIT_V1,
          externalParameters: { configSource: { path: 'Dockerfile', ...context } },
        },
        runDetails: { builder: { id: 'builder-1' }, metadata: { buildkit_metadata: vcs } },
      }
    : {
        builder: { id: 'builder-1' },
        buildType: buildType ?? BUILDKIT_V02,
        invocation: { configSource: { entryPoint: 'Dockerfile', ...context } },
        metadata: { [`${BUILDKIT_V02}#metadata`]: vcs },
      };
}

/** An attestation manifest with provenance, as BuildKit writes it beside an image. */
export function buildProvenance(of: BuiltImage, options: ProvenanceOptions = {}): BuiltImage {
  const predicateType = options.version === 'v1' ? SLSA_V1 : SLSA_V02;
  const statement = blobOf(
    options.statementText ?? {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      subject: [
        {
          name: 'pkg:docker/acme/app@main',
          digest: { sha256: (options.subject ?? of.manifest.digest).replace('sha256:', '') },
        },
      ],
      predicate: predicateOf(options),
      ...options.statement,
    },
    'application/vnd.in-toto+json',
  );
  const layerOf = (blob: Blob, type: string): unknown => ({
    ...descriptorOf(blob),
    annotations: { 'in-toto.io/predicate-type': type },
  });
  const others = options.others ?? [];
  const config = options.isArtifact
    ? blobOf({}, 'application/vnd.oci.empty.v1+json')
    : blobOf({ os: 'unknown', architecture: 'unknown', config: {} }, OCI_CONFIG);
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    ...(options.isArtifact
      ? {
          artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
          subject: descriptorOf(of.manifest),
        }
      : {}),
    config: descriptorOf(config),
    layers: [...others.map((blob) => layerOf(blob, 'https://spdx.dev/Document')), layerOf(statement, predicateType)],
  };
  return {
    manifest: blobOf(manifest, OCI_MANIFEST),
    config,
    platform: { os: 'unknown', architecture: 'unknown' },
    blobs: [...others, statement],
    annotationsOf: of.manifest.digest,
  } as BuiltImage;
}

export function buildIndex(
  children: readonly BuiltImage[],
  options: {
    annotations?: Record<string, string>;
    docker?: boolean;
    entries?: (entry: Record<string, unknown>, at: number) => unknown;
  } = {},
): BuiltIndex {
  const entries = children.map((child, at) => {
    const subject = (child as { annotationsOf?: string }).annotationsOf;
    const entry = {
      ...descriptorOf(child.manifest),
      ...(child.platform ? { platform: child.platform } : {}),
      ...(subject
        ? {
            annotations: {
              'vnd.docker.reference.type': 'attestation-manifest',
              'vnd.docker.reference.digest': subject,
            },
          }
        : {}),
    };
    return options.entries ? options.entries(entry, at) : entry;
  });
  const mediaType = options.docker ? DOCKER_LIST : OCI_INDEX;
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: entries,
    ...(options.annotations ? { annotations: options.annotations } : {}),
  };
  return { manifest: blobOf(index, mediaType), children };
}

/** linux/amd64 and linux/arm64, each with an attestation, as `docker buildx build --push` leaves it. */
export function buildTwoPlatforms(options: ImageOptions = {}): BuiltIndex {
  const amd64 = buildImage({ ...options, platform: 'linux/amd64' });
  const arm64 = buildImage({ ...options, platform: 'linux/arm64' });
  return buildIndex([amd64, arm64, buildAttestation(amd64), buildAttestation(arm64)]);
}
