import { type ImageBudget, RoundBudget } from '../base/budget.ts';
import { AssertImageError } from '../base/errors.ts';
import type { Digest } from '../reference/digest.ts';
import { formatPlatform, type Platform, satisfies, type WantedPlatform } from '../reference/platform.ts';
import type { Document, Source } from './source.ts';
import { readConfigFile } from './config-file.ts';
import { type Attestation, attestationsIn } from './attestations.ts';
import { NO_INDEX, type PlatformImage, platformOf } from './platform-image.ts';
import type { Entry } from './entry.ts';
import { asPromised, disagreementError, parseDocument, readIndexTree } from './index-tree.ts';
import { Reading } from './reading.ts';
import type { Index } from './manifest.ts';

/** What a reference resolved to, read whole: every platform that is to be checked. */
export interface Image {
  /** Of the document that the reference resolved to: an index or a manifest. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Null for a single manifest. */
  readonly index: {
    readonly platforms: readonly string[];
    readonly annotations: ReadonlyMap<string, string>;
    /** Each that a runtime could choose, asked for or not. */
    readonly manifests: readonly Digest[];
  } | null;
  readonly platforms: readonly PlatformImage[];
  /** Asked for with `platforms`, and not there. */
  readonly absent: readonly WantedPlatform[];
  /** In the index, runnable, and not asked for. */
  readonly unchecked: readonly string[];
  /** In the index, but never chosen by a runtime. */
  readonly skipped: readonly { readonly digest: Digest; readonly reason: string }[];
  /** In the index, about its images. */
  readonly attestations: readonly Attestation[];
}

/**
 * Reads a document and all that is to be checked below it; children and configs side by side.
 *
 * @param budget what the whole of it may take in memory
 */
export async function readImage(
  source: Source,
  tagOrDigest: string,
  wanted: readonly WantedPlatform[] | 'all',
  budget: ImageBudget = new RoundBudget().image(),
): Promise<Image> {
  const reading = new Reading(source, budget);
  const document = await reading.top(tagOrDigest);
  const top = parseDocument(document);
  if (top.kind === 'manifest') {
    const configFile = await readConfigFile(reading, document.digest, top);
    const single = platformOf(document.digest, top, configFile, NO_INDEX);
    return assemble(document, null, [single], wanted);
  }
  const tree = await readIndexTree(reading, top);
  const runnable = tree.filter(({ kind }) => kind === 'image');
  if (runnable.length === 0) {
    throw new AssertImageError(
      'not-an-image',
      `the index ${document.digest} holds no image that a runtime could start.`,
    );
  }
  const chosen = runnable.filter(({ descriptor }) => isAsked(descriptor.platform, wanted));
  const read = await Promise.all(chosen.map((entry) => readChild(reading, entry, top)));
  return assemble(document, { index: top, tree }, read, wanted);
}

/** An entry without a platform is a candidate for every platform (go-containerregistry takes it as linux/amd64, containerd reads its config). */
function isAsked(offered: Platform | null, wanted: readonly WantedPlatform[] | 'all'): boolean {
  return wanted === 'all' || offered === null || wanted.some((platform) => satisfies(platform, offered));
}

async function readChild(reading: Reading, { descriptor, opened }: Entry, index: Index): Promise<PlatformImage> {
  const { digest } = descriptor;
  const above = { descriptor, annotations: index.annotations };
  if (opened) return platformOf(digest, opened.manifest, opened.configFile, above);
  const document = await reading.child(descriptor);
  const manifest = asPromised(descriptor, () => parseDocument(document));
  if (manifest.kind !== 'manifest' || manifest.mediaType !== descriptor.mediaType) {
    throw disagreementError(descriptor, manifest.mediaType);
  }
  const configFile = await readConfigFile(reading, digest, manifest).catch((error: unknown) =>
    asPromised(descriptor, () => {
      throw error;
    }),
  );
  return platformOf(digest, manifest, configFile, above);
}

function assemble(
  document: Document,
  above: { readonly index: Index; readonly tree: readonly Entry[] } | null,
  read: readonly PlatformImage[],
  wanted: readonly WantedPlatform[] | 'all',
): Image {
  const runnable = (above?.tree ?? []).filter(({ kind }) => kind === 'image');
  const checked = new Set(read.map((image) => image.manifestDigest));
  const name = ({ descriptor }: Entry): string =>
    descriptor.platform === null ? `no platform (${descriptor.digest})` : formatPlatform(descriptor.platform);
  return {
    digest: document.digest,
    mediaType: above?.index.mediaType ?? (read[0] as PlatformImage).mediaType,
    index: above && {
      platforms: runnable.map(name),
      annotations: above.index.annotations,
      manifests: runnable.map(({ descriptor }) => descriptor.digest),
    },
    platforms: distinctNames(read),
    absent:
      wanted === 'all' ? [] : wanted.filter((platform) => !read.some((image) => satisfies(platform, image.platform))),
    unchecked: runnable.filter(({ descriptor }) => !checked.has(descriptor.digest)).map(name),
    skipped: (above?.tree ?? []).flatMap(({ descriptor, kind, reason }) =>
      kind === 'image' ? [] : [{ digest: descriptor.digest, reason }],
    ),
    attestations: attestationsIn(above?.tree ?? []),
  };
}

/** Two entries of one platform are both checked, for clients differ in which they take (image-spec, image-index.md: the first; containers/image: zstd first). */
function distinctNames(read: readonly PlatformImage[]): PlatformImage[] {
  const seen = new Map<string, number>();
  return read.map((image) => {
    const count = (seen.get(image.name) ?? 0) + 1;
    seen.set(image.name, count);
    return count === 1 ? image : { ...image, name: `${image.name} (${count})` };
  });
}
