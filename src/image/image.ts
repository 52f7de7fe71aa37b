import { AssertImageError } from '../errors.ts';
import type { Digest } from '../reference/digest.ts';
import { formatPlatform, type Platform, satisfies, type WantedPlatform } from '../reference/platform.ts';
import type { Document, Source } from '../source/source.ts';
import { type ConfigFile, parseConfigFile } from './config.ts';
import type { Descriptor } from '../reference/descriptor.ts';
import { type Index, type Manifest, parseManifest } from './manifest.ts';
import { kindOf } from '../reference/media-types.ts';

/** What a reference resolved to, read whole: every platform that is to be checked. */
export interface Image {
  /** Of the document that the reference resolved to: an index or a manifest. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Null for a single manifest. */
  readonly index: { readonly platforms: readonly string[]; readonly annotations: ReadonlyMap<string, string> } | null;
  readonly platforms: readonly PlatformImage[];
  /** Asked for with `platforms`, and not there. */
  readonly absent: readonly WantedPlatform[];
  /** In the index, runnable, and not asked for. */
  readonly unchecked: readonly string[];
  /** In the index, and no image that a runtime would choose. */
  readonly skipped: readonly { readonly digest: Digest; readonly reason: string }[];
}

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
  readonly configFile: ConfigFile;
  /** Listed, never fetched. */
  readonly layers: readonly Descriptor[];
  /** Sum of the layers as the registry stores them, in bytes. */
  readonly size: number;
}

/** An index in an index in an index: more has never been seen. */
const MAX_INDEX_DEPTH = 3;
/** In an index and all that are nested in it; the largest official images have about 30, with attestations. */
const MAX_ENTRIES = 100;

/** Reads a document and all that is to be checked below it; children and configs side by side. */
export async function readImage(
  source: Source,
  tagOrDigest: string,
  wanted: readonly WantedPlatform[] | 'all',
): Promise<Image> {
  const document = await source.manifest(tagOrDigest);
  const top = parse(document);
  if (top.kind === 'manifest') {
    const single = await readPlatform(source, document.digest, top, null);
    return assemble(document, null, [single], wanted, []);
  }
  const tree = await readIndexTree(source, top, { depth: 1, budget: { entries: MAX_ENTRIES } });
  const runnable = tree.filter((entry) => entry.skip === null);
  if (runnable.length === 0) {
    throw new AssertImageError(
      'not-an-image',
      `the index ${document.digest} holds no image that a runtime could start.`,
    );
  }
  const chosen = runnable.filter(({ descriptor }) => isAsked(descriptor.platform, wanted));
  const read = await Promise.all(chosen.map((entry) => readChild(source, entry)));
  return assemble(document, { index: top, tree }, read, wanted, runnable);
}

interface Entry {
  readonly descriptor: Descriptor;
  /** Read already, where an index had to be told from a manifest. */
  readonly skip: string | null;
}

interface Walk {
  readonly depth: number;
  /** Shared by the whole tree: nested indexes multiply. */
  readonly budget: { entries: number };
}

/** All entries of an index and of the indexes in it, in order. */
async function readIndexTree(source: Source, index: Index, { depth, budget }: Walk): Promise<Entry[]> {
  budget.entries -= index.manifests.length;
  if (budget.entries < 0) {
    throw new AssertImageError('too-large', `the index names more than ${MAX_ENTRIES} images; no more are read.`);
  }
  const entries: Entry[][] = [];
  for (const descriptor of index.manifests) {
    const skip = reasonToSkip(descriptor) ?? (await reasonOfContent(source, descriptor));
    if (skip !== null || kindOf(descriptor.mediaType) !== 'index') {
      entries.push([{ descriptor, skip }]);
      continue;
    }
    if (depth >= MAX_INDEX_DEPTH) {
      throw new AssertImageError(
        'unsupported',
        `the index ${descriptor.digest} is nested more than ${MAX_INDEX_DEPTH} deep.`,
      );
    }
    const nested = parse(await fetchChild(source, descriptor));
    if (nested.kind !== 'index') throw disagreement(descriptor, nested.mediaType);
    entries.push(await readIndexTree(source, nested, { depth: depth + 1, budget }));
  }
  return entries.flat();
}

/** What an entry without platform and known type turns out to be: some clients start it as linux/amd64 all the same. */
async function reasonOfContent(source: Source, descriptor: Descriptor): Promise<string | null> {
  if (descriptor.platform !== null || kindOf(descriptor.mediaType) !== undefined) return null;
  try {
    const document = parse(await fetchChild(source, descriptor));
    throw disagreement(descriptor, document.mediaType);
  } catch (error) {
    if (error instanceof AssertImageError && NO_IMAGE.has(error.code)) return `no image: ${descriptor.mediaType}`;
    throw error;
  }
}

/** Codes by which an entry shows that nobody can start it. */
const NO_IMAGE: ReadonlySet<string> = new Set(['not-an-image', 'malformed', 'unsupported', 'incomplete']);

/**
 * Why an entry is no candidate for any runtime, or null. An attestation is known by its platform
 * only: runtimes select by platform, so an annotation alone must not let an image escape the
 * check (catalogue M-13).
 */
function reasonToSkip(descriptor: Descriptor): string | null {
  const { platform } = descriptor;
  if (platform?.os === 'unknown' && platform.architecture === 'unknown') {
    return descriptor.annotations.get('vnd.docker.reference.type') === 'attestation-manifest'
      ? 'attestation'
      : 'platform unknown/unknown';
  }
  return null;
}

/** An entry without a platform is a candidate for every platform (catalogue rule 9). */
function isAsked(offered: Platform | null, wanted: readonly WantedPlatform[] | 'all'): boolean {
  return wanted === 'all' || offered === null || wanted.some((platform) => satisfies(platform, offered));
}

async function readChild(source: Source, { descriptor }: Entry): Promise<PlatformImage> {
  const document = await fetchChild(source, descriptor);
  const manifest = parseRunnable(document);
  if (manifest.kind !== 'manifest' || manifest.mediaType !== descriptor.mediaType) {
    throw disagreement(descriptor, manifest.mediaType);
  }
  return readPlatform(source, document.digest, manifest, descriptor);
}

async function fetchChild(source: Source, descriptor: Descriptor): Promise<Document> {
  const document = await whole(descriptor.digest, source.manifest(descriptor.digest));
  if (document.bytes.length !== descriptor.size) {
    throw new AssertImageError(
      'digest-mismatch',
      `the manifest ${descriptor.digest} has ${document.bytes.length} bytes, its index says ${descriptor.size}.`,
    );
  }
  return document;
}

async function readPlatform(
  source: Source,
  manifestDigest: Digest,
  manifest: Manifest,
  descriptor: Descriptor | null,
): Promise<PlatformImage> {
  const bytes = await whole(manifestDigest, source.blob(manifest.config));
  const configFile = parseConfigFile(bytes, `the config ${manifest.config.digest}`);
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
    configFile,
    layers: manifest.layers,
    size: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
  };
}

/** What is missing below an image that was found is no missing image: somebody deletes or copies just now. */
async function whole<T>(parent: Digest, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof AssertImageError) || error.code !== 'missing') throw error;
    throw new AssertImageError('incomplete', `the image is incomplete: ${error.message}`, {
      hint: `It was found, but not all that it names (${parent}). A push or copy may be under way, or a clean-up removed parts of it.`,
      cause: error,
    });
  }
}

function assemble(
  document: Document,
  above: { readonly index: Index; readonly tree: readonly Entry[] } | null,
  read: readonly PlatformImage[],
  wanted: readonly WantedPlatform[] | 'all',
  runnable: readonly Entry[],
): Image {
  const checked = new Set(read.map((image) => image.manifestDigest));
  const name = ({ descriptor }: Entry): string =>
    descriptor.platform === null ? `no platform (${descriptor.digest})` : formatPlatform(descriptor.platform);
  return {
    digest: document.digest,
    mediaType: above?.index.mediaType ?? (read[0] as PlatformImage).mediaType,
    index: above && { platforms: runnable.map(name), annotations: above.index.annotations },
    platforms: distinctNames(read),
    absent:
      wanted === 'all' ? [] : wanted.filter((platform) => !read.some((image) => satisfies(platform, image.platform))),
    unchecked: runnable.filter(({ descriptor }) => !checked.has(descriptor.digest)).map(name),
    skipped: (above?.tree ?? []).flatMap(({ descriptor, skip }) =>
      skip === null ? [] : [{ digest: descriptor.digest, reason: skip }],
    ),
  };
}

/** Two entries of one platform are both checked, for clients differ in which they take (catalogue M-14). */
function distinctNames(read: readonly PlatformImage[]): PlatformImage[] {
  const seen = new Map<string, number>();
  return read.map((image) => {
    const count = (seen.get(image.name) ?? 0) + 1;
    seen.set(image.name, count);
    return count === 1 ? image : { ...image, name: `${image.name} (${count})` };
  });
}

function parse(document: Document): Index | Manifest {
  return parseManifest(document.bytes, document.contentType, `the manifest ${document.digest}`);
}

/** What a runtime could choose and is no image makes the whole ambiguous: the rest of the index is not to be dropped with it. */
function parseRunnable(document: Document): Index | Manifest {
  try {
    return parse(document);
  } catch (error) {
    if (!(error instanceof AssertImageError) || error.code !== 'not-an-image') throw error;
    throw new AssertImageError('ambiguous', `the index offers a platform with what is no image: ${error.message}`);
  }
}

function disagreement(descriptor: Descriptor, mediaType: string): AssertImageError {
  return new AssertImageError(
    'ambiguous',
    `the index lists ${descriptor.digest} as ${descriptor.mediaType}, but it is ${mediaType}.`,
  );
}
