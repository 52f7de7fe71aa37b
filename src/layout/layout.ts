import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import { Fields } from '../json/fields.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import { type Descriptor, parseDescriptor } from '../image/descriptor.ts';
import { algorithmOf, type Digest, digestOf, tryParseDigest } from '../reference/digest.ts';
import type { Document, Source } from '../image/source.ts';
import { openLayoutFiles, type ReadLayoutFile } from './files.ts';

const NAMES = [
  'imageLayoutVersion',
  'schemaVersion',
  'mediaType',
  'artifactType',
  'manifests',
  'annotations',
  'subject',
];
const REF_NAME = 'org.opencontainers.image.ref.name';

const isTar = (place: string): boolean => /\.(tar|tar\.gz|tgz)$/.test(place);

/**
 * An OCI image layout on disk, not pushed anywhere yet, as a source like any registry.
 * Source: opencontainers/image-spec image-layout.md.
 */
export class Layout {
  readonly #place: string;
  readonly #waitForTurn: () => Promise<void>;
  #read: Promise<ReadLayoutFile> | undefined;

  /** @param waitForTurn settles when there is room for megabytes */
  constructor(place: string, waitForTurn: () => Promise<void> = () => Promise.resolve()) {
    this.#place = place;
    this.#waitForTurn = waitForTurn;
  }

  within(deadline: Deadline): Source {
    return {
      manifest: (tagOrDigest) => deadline.race(this.#manifest(tagOrDigest)),
      blob: (descriptor) => deadline.race(this.#blob(descriptor.digest, descriptor.size)),
    };
  }

  async #manifest(tagOrDigest: string): Promise<Document> {
    const digest = tryParseDigest(tagOrDigest);
    if (digest !== null) return { bytes: await this.#blob(digest, null), digest, contentType: undefined };
    const descriptor = this.#choose(await this.#entries(), tagOrDigest);
    const bytes = await this.#blob(descriptor.digest, descriptor.size);
    return { bytes, digest: descriptor.digest, contentType: descriptor.mediaType };
  }

  /** By `org.opencontainers.image.ref.name`; without a tag, the only one that there is. */
  #choose(entries: readonly Descriptor[], tag: string): Descriptor {
    const nameOf = (entry: Descriptor): string => entry.annotations.get(REF_NAME) ?? '';
    const chosen =
      tag === '' ? entries : entries.filter((entry) => nameOf(entry) === tag || nameOf(entry).endsWith(`:${tag}`));
    const digests = new Set(chosen.map(({ digest }) => digest));
    const [first] = chosen;
    if (first && digests.size === 1) return first;
    const names =
      entries
        .map((entry) => JSON.stringify(nameOf(entry)))
        .slice(0, 20)
        .join(', ') || 'none';
    if (first) {
      throw new AssertImageError(
        'ambiguous',
        `${this.#what} has ${digests.size} images that could be meant; its tags are ${names}.`,
        {
          hint: 'Name one: oci-layout:PATH:tag.',
        },
      );
    }
    throw new AssertImageError('missing', `${this.#what} has no image ${JSON.stringify(tag)}; its tags are ${names}.`);
  }

  async #entries(): Promise<Descriptor[]> {
    const marker = await this.#file('oci-layout');
    if (marker === null && (await this.#file('manifest.json')) !== null) {
      throw new AssertImageError('malformed', `${this.#what} is what "docker save" writes, not an OCI image layout.`, {
        hint: `Turn it into one: "skopeo copy docker-archive:${isTar(this.#place) ? this.#place : 'IMAGE.tar'} oci:FOLDER:TAG". Then check oci-layout:FOLDER:TAG.`,
      });
    }
    if (marker === null || this.#fields(marker, 'oci-layout').value('imageLayoutVersion') !== '1.0.0') {
      throw new AssertImageError('malformed', `${this.#what} is not an OCI image layout of version 1.0.0.`, {
        hint: 'Builders write one with buildx --output type=oci, skopeo copy … oci:PATH, umoci or oras.',
      });
    }
    const index = await this.#file('index.json');
    if (index === null) throw new AssertImageError('malformed', `${this.#what} has no index.json.`);
    const manifests = this.#fields(index, 'index.json').list('manifests');
    if (manifests === undefined)
      throw new AssertImageError('malformed', `index.json of ${this.#what} has no list of manifests.`);
    return manifests.map((entry, at) => parseDescriptor(entry, `entry ${at + 1} of index.json`));
  }

  #fields(bytes: Uint8Array, name: string): Fields {
    const what = `${name} of ${this.#what}`;
    return new Fields(parseStrictJson(bytes, what), what, NAMES);
  }

  /** The name of the file is its digest; that it is, is checked. */
  async #blob(digest: Digest, size: number | null): Promise<Uint8Array> {
    const [algorithm, encoded] = digest.split(':') as [string, string];
    const bytes = await this.#file(`blobs/${algorithm}/${encoded}`);
    // A blob that the layout names but lacks is an incomplete image, not a missing one.
    if (bytes === null) throw new AssertImageError('incomplete', `${this.#what} has no blob ${digest}.`);
    if (digestOf(bytes, algorithmOf(digest)) !== digest || (size !== null && bytes.length !== size)) {
      throw new AssertImageError(
        'digest-mismatch',
        `the blob ${digest} of ${this.#what} has other content than its name and size say.`,
      );
    }
    return bytes;
  }

  async #file(name: string): Promise<Uint8Array | null> {
    this.#read ??= openLayoutFiles(this.#place, this.#waitForTurn);
    return (await this.#read)(name);
  }

  get #what(): string {
    return `the layout ${JSON.stringify(this.#place)}`;
  }
}
