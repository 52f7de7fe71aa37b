import { AssertImageError } from '../errors.ts';
import type { Descriptor } from '../reference/descriptor.ts';
import { kindOf } from '../reference/media-types.ts';
import type { Document } from '../source/source.ts';
import type { Reading } from './reading.ts';
import { type Index, type Manifest, parseManifest } from './manifest.ts';

/** An index in an index in an index: more has never been seen. */
const MAX_INDEX_DEPTH = 3;
/** In an index and all that are nested in it; the largest official images have about 30, with attestations. */
const MAX_ENTRIES = 100;

/** One line of an index. */
export interface Entry {
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
export async function readIndexTree(
  reading: Reading,
  index: Index,
  { depth, budget }: Walk = { depth: 1, budget: { entries: MAX_ENTRIES } },
): Promise<Entry[]> {
  budget.entries -= index.manifests.length;
  if (budget.entries < 0) {
    throw new AssertImageError('too-large', `the index names more than ${MAX_ENTRIES} images; no more are read.`);
  }
  const entries: Entry[][] = [];
  for (const descriptor of index.manifests) {
    const skip = reasonToSkip(descriptor) ?? (await reasonOfContent(reading, descriptor));
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
    const nested = parseDocument(await reading.child(descriptor));
    if (nested.kind !== 'index') throw disagreement(descriptor, nested.mediaType);
    entries.push(await readIndexTree(reading, nested, { depth: depth + 1, budget }));
  }
  return entries.flat();
}

/** What an entry without platform and known type turns out to be: some clients start it as linux/amd64 all the same. */
async function reasonOfContent(reading: Reading, descriptor: Descriptor): Promise<string | null> {
  if (descriptor.platform !== null || kindOf(descriptor.mediaType) !== undefined) return null;
  try {
    const document = parseDocument(await reading.child(descriptor));
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

export function parseDocument(document: Document): Index | Manifest {
  return parseManifest(document.bytes, document.contentType, `the manifest ${document.digest}`);
}

export function disagreement(descriptor: Descriptor, mediaType: string): AssertImageError {
  return new AssertImageError(
    'ambiguous',
    `the index lists ${descriptor.digest} as ${descriptor.mediaType}, but it is ${mediaType}.`,
  );
}
