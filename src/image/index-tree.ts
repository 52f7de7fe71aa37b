import pMap from 'p-map';
import { AssertImageError } from '../base/errors.ts';
import type { Descriptor } from './descriptor.ts';
import { type Entry, entryByType, hasImageLayers, isBuildCache, showsNoImage } from './entry.ts';
import { isBlobType, kindOf } from './media-types.ts';
import type { Document } from './source.ts';
import { readConfigFile } from './config-file.ts';
import { posingError } from './document-kind.ts';
import { type Index, type Manifest, parseManifest } from './manifest.ts';
import type { Reading } from './reading.ts';

/** An index in an index in an index: more has never been seen. */
const MAX_INDEX_DEPTH = 3;
/** In an index and all that are nested in it; the largest official images have about 30. */
const MAX_IMAGES = 100;
/** Entries that have to be opened to know what they are: a tag of signatures has one for each. */
const MAX_PROBES = 500;
const PROBES_AT_ONCE = 8;

interface Walk {
  readonly depth: number;
  /** Shared by the whole tree, because nested indexes multiply. */
  readonly left: { images: number; probes: number };
}

/**
 * All entries of an index and of the indexes in it, in order. Each entry is judged on its own: a bad
 * entry never hides the others.
 */
export async function readIndexTree(
  reading: Reading,
  index: Index,
  walk: Walk = { depth: 1, left: { images: MAX_IMAGES, probes: MAX_PROBES } },
): Promise<Entry[]> {
  const known = index.manifests.map((descriptor) => entryByType(descriptor));
  const images = known.filter((entry) => entry?.kind === 'image').length;
  const isCache = isBuildCache(index);
  // A blob's type is no proof: go-containerregistry takes an entry without platform as linux/amd64.
  const isUnclear = (entry: Entry | null, { platform, mediaType }: Descriptor): boolean =>
    entry === null || (!isCache && entry.kind === 'other' && platform === null && isBlobType(mediaType));
  const probes = index.manifests.filter((descriptor, at) => isUnclear(known[at] as Entry | null, descriptor)).length;
  take(walk, { images, probes });
  const entries = await pMap(
    index.manifests,
    async (descriptor, at) => {
      const entry = known[at] as Entry | null;
      return isUnclear(entry, descriptor) ? openEntry(reading, descriptor, walk) : [entry as Entry];
    },
    { concurrency: PROBES_AT_ONCE },
  );
  const tree = entries.flat();
  if (index.artifactType !== null && tree.some(({ kind }) => kind === 'image'))
    throw posingError(index.artifactType, 'the index');
  const taken = tree.find(({ isTakenByDefault }) => isTakenByDefault);
  if (taken !== undefined && tree.some(({ kind }) => kind === 'image')) {
    throw new AssertImageError(
      'ambiguous',
      `the index lists ${taken.descriptor.digest} without a platform, and it has the layers of an image: some clients start it as linux/amd64.`,
    );
  }
  return tree;
}

function take({ left }: Walk, { images, probes }: { images: number; probes: number }): void {
  left.images -= images;
  left.probes -= probes;
  if (left.images >= 0 && left.probes >= 0) return;
  const [max, what] = left.images < 0 ? [MAX_IMAGES, 'images'] : [MAX_PROBES, 'entries without a platform'];
  throw new AssertImageError('too-large', `the index names more than ${max} ${what}; no more are read.`);
}

/** An index in the index, or an entry without a platform, which some clients start as linux/amd64 and others by its config. */
async function openEntry(reading: Reading, descriptor: Descriptor, walk: Walk): Promise<Entry[]> {
  const { mediaType } = descriptor;
  const type = kindOf(mediaType);
  if (type === 'index') return readNested(reading, descriptor, walk);
  const other: Entry = { descriptor, kind: 'other', reason: `no image: ${mediaType}` };
  let bytes: Uint8Array | undefined;
  try {
    const child = await reading.child(descriptor);
    ({ bytes } = child);
    const document = parseDocument(child);
    if (document.mediaType !== mediaType) throw disagreementError(descriptor, document.mediaType);
    if (document.kind === 'index') return [other];
    const configFile = await readConfigFile(reading, descriptor.digest, document);
    take(walk, { images: 1, probes: 0 });
    return [{ descriptor, kind: 'image', reason: '', opened: { manifest: document, configFile } }];
  } catch (error) {
    if (showsNoImage(error, type))
      return [{ ...other, isTakenByDefault: bytes !== undefined && hasImageLayers(bytes) }];
    throw error;
  }
}

async function readNested(reading: Reading, descriptor: Descriptor, walk: Walk): Promise<Entry[]> {
  if (walk.depth >= MAX_INDEX_DEPTH) {
    throw new AssertImageError(
      'unsupported',
      `the index ${descriptor.digest} is nested more than ${MAX_INDEX_DEPTH} deep.`,
    );
  }
  const document = await reading.child(descriptor);
  const nested = asPromised(descriptor, () => parseDocument(document));
  if (nested.kind !== 'index') throw disagreementError(descriptor, nested.mediaType);
  const entries = await readIndexTree(reading, nested, { ...walk, depth: walk.depth + 1 });
  return entries.length > 0 ? entries : [{ descriptor, kind: 'other', reason: 'an index of nothing' }];
}

export function parseDocument(document: Document): Index | Manifest {
  return parseManifest(document.bytes, document.contentType, `the manifest ${document.digest}`);
}

/** Runs `read`. If the entry turns out not to be an image, it broke the promise of its index. */
export function asPromised<T>(descriptor: Descriptor, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AssertImageError) || error.code !== 'not-an-image') throw error;
    throw new AssertImageError(
      'ambiguous',
      `the index offers a platform with something that is not an image (${descriptor.digest}): ${error.message}`,
    );
  }
}

export function disagreementError(descriptor: Descriptor, mediaType: string): AssertImageError {
  return new AssertImageError(
    'ambiguous',
    `the index lists ${descriptor.digest} as ${descriptor.mediaType}, but it is ${mediaType}.`,
  );
}
