import { AssertImageError } from '../base/errors.ts';
import { type Descriptor, parseDescriptor } from './descriptor.ts';
import { Fields } from '../json/fields.ts';
import { DOCKER_CONFIG, mediaTypeOf, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, VAGUE_CONFIGS } from './media-types.ts';
import { documentKind, notAnImageError, posingError, refuseSchema1 } from './document-kind.ts';
import { parseStrictJson } from '../json/strict-json.ts';

export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly artifactType: string | null;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: ReadonlyMap<string, string>;
}

const NAMES = [
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'annotations',
  'subject',
  'fsLayers',
  'history',
];
/** What belongs to the other kind of document. Source: containers/image ValidateUnambiguousManifestFormat. */
const FOREIGN: Readonly<Record<'index' | 'manifest', readonly string[]>> = {
  index: ['config', 'layers', 'fsLayers', 'history'],
  manifest: ['manifests', 'fsLayers'],
};

/**
 * Reads a manifest or an index from hashed bytes.
 *
 * @param contentType the header it came with, undefined where there was none
 * @throws AssertImageError `malformed`, `ambiguous`, `unsupported` (schema 1) or `not-an-image` (artifacts)
 */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined, what: string): Index | Manifest {
  const fields = new Fields(parseStrictJson(bytes, what), what, NAMES);
  const announced = mediaTypeOf(contentType);
  const stated = fields.shortString('mediaType')?.toLowerCase();
  refuseSchema1(announced, stated, fields, what);
  if (announced !== null && stated !== undefined && announced !== stated) {
    throw new AssertImageError('ambiguous', `${what} came as ${announced} but says that it is ${stated}.`);
  }
  const kind = documentKind(stated ?? announced, fields, what);
  if (fields.value('schemaVersion') !== 2) {
    throw new AssertImageError('malformed', `${what} has no schemaVersion 2.`);
  }
  for (const name of FOREIGN[kind]) {
    if (fields.has(name)) {
      throw new AssertImageError(
        'ambiguous',
        `${what} is an ${kind === 'index' ? 'index' : 'image manifest'} that also has "${name}".`,
        {
          hint: 'Clients differ in how they read it (CVE-2021-41190): rebuild the image.',
        },
      );
    }
  }
  const mediaType = stated ?? announced ?? (kind === 'index' ? OCI_INDEX : OCI_MANIFEST);
  return kind === 'index' ? readIndex(fields, mediaType, what) : readManifest(fields, mediaType, what);
}

function readIndex(fields: Fields, mediaType: string, what: string): Index {
  const entries = fields.list('manifests');
  if (entries === undefined) throw new AssertImageError('malformed', `${what} has no list of manifests.`);
  const manifests = entries.map((entry, at) => parseDescriptor(entry, `entry ${at + 1} of ${what}`));
  const artifactType = fields.shortString('artifactType') || null;
  if (artifactType !== null && manifests.some(isRunnable)) throw posingError(artifactType, what);
  return {
    kind: 'index',
    mediaType,
    manifests,
    artifactType,
    annotations: fields.stringMap('annotations'),
  };
}

function readManifest(fields: Fields, mediaType: string, what: string): Manifest {
  const artifactType = fields.shortString('artifactType');
  const config = parseDescriptor(fields.value('config'), `the config of ${what}`, { mayLackType: true });
  const isVague = VAGUE_CONFIGS.has(config.mediaType);
  // image-spec: an unknown config media type must not be parsed. Helm charts, signatures, wasm, empty configs.
  if (config.mediaType !== OCI_CONFIG && config.mediaType !== DOCKER_CONFIG && !isVague) {
    throw notAnImageError(`its config is ${JSON.stringify(config.mediaType)}`, what);
  }
  if (artifactType) throw posingError(artifactType, what);
  const layers = fields.list('layers');
  if (layers === undefined) throw new AssertImageError('malformed', `${what} has no list of layers.`);
  return {
    kind: 'manifest',
    mediaType,
    config,
    layers: layers.map((layer, at) => parseDescriptor(layer, `layer ${at + 1} of ${what}`)),
    annotations: fields.stringMap('annotations'),
  };
}

/** A runtime would choose it by its platform. */
function isRunnable({ platform }: Descriptor): boolean {
  return platform !== null && !(platform.os === 'unknown' && platform.architecture === 'unknown');
}
