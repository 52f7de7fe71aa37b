import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import type { BundleList } from '../image/bundles.ts';
import type { Descriptor } from '../image/descriptor.ts';
import type { BlobRole, Document, Source } from '../image/source.ts';
import { type Digest, tryParseDigest } from '../reference/digest.ts';
import type { ContentCache } from './content-cache.ts';
import type { ConversationOptions } from './conversation.ts';
import { PullApi } from './pull-api.ts';
import type { Referrers } from './referrers.ts';
import { SharedImages } from './shared-images.ts';

/** What was fetched in this run, by all repositories together. */
export interface Contents {
  readonly documents: ContentCache<Document>;
  readonly blobs: ContentCache<Uint8Array>;
}

/** How likely the manifest is already known. If it is likely, a HEAD comes first. */
export type ReadMode = 'once' | 'again' | 'many';

/** One repository of a registry: what was read of it is not asked for again. */
export class Repository {
  readonly #api: PullApi;
  /** Tags that were read before. */
  readonly #tags = new Set<string>();
  readonly #shared: SharedImages;
  readonly #contents: Contents;

  constructor(options: ConversationOptions, contents: Contents) {
    this.#api = new PullApi(options);
    this.#shared = new SharedImages(options.registry === 'docker.io');
    this.#contents = contents;
  }

  /** This repository as a source for one look, bounded by its deadline. */
  within(deadline: Deadline, mode: ReadMode = 'once'): Source {
    return {
      manifest: (tagOrDigest, size) => deadline.race(this.#manifest(tagOrDigest, mode, deadline, size)),
      blob: (descriptor, role) => deadline.race(this.#blob(descriptor, role, deadline)),
    };
  }

  /** Hands every tag of this repository to `take`. */
  tags(take: (name: string) => void, deadline: Deadline): Promise<void> {
    return this.#api.tags(take, deadline);
  }

  /** Signed statements that were pushed beside a manifest. */
  async bundles(subject: Digest, deadline: Deadline): Promise<BundleList> {
    const { bundlesAmong } = await import('./bundles.ts');
    const referrers = await this.#referrers(subject, deadline);
    return bundlesAmong(
      referrers,
      { subject, name: this.#api.name },
      {
        document: ({ digest, size }) => deadline.race(this.#document(digest, deadline, size)),
        blob: (descriptor, role) => deadline.race(this.#blob(descriptor, role, deadline)),
      },
    );
  }

  /** Whether anything refers to a manifest. @throws AssertImageError where the registry does not let us look */
  async hasReferrers(subject: Digest, deadline: Deadline): Promise<boolean> {
    return (await this.#referrers(subject, deadline)).entries.length > 0;
  }

  async #referrers(subject: Digest, deadline: Deadline): Promise<Referrers> {
    const { listReferrers } = await import('./bundles.ts');
    return deadline.race(listReferrers(this.#api.asked, subject, deadline));
  }

  /** Whether a tag exists; false also where that cannot be told. */
  hasTag(tag: string, deadline: Deadline): Promise<boolean> {
    return deadline.race(this.#api.hasTag(tag, deadline));
  }

  async #manifest(tagOrDigest: string, mode: ReadMode, deadline: Deadline, size?: number): Promise<Document> {
    const digest = tryParseDigest(tagOrDigest);
    if (digest) return this.#document(digest, deadline, size);
    const isHeadCheap =
      (mode === 'many' && this.#shared.areLikely) || (mode === 'again' && this.#tags.has(tagOrDigest));
    const announced = isHeadCheap ? await this.#api.announcedDigest(tagOrDigest, deadline) : null;
    if (announced) this.#noteOf(announced);
    // By tag once, by digest from then on: what is read is what was announced, or an error.
    if (announced) {
      try {
        return await this.#document(announced, deadline);
      } catch (error) {
        // The tag may have moved in between, and what it pointed to be gone: then it is read as it is now.
        if (!(error instanceof AssertImageError) || error.code !== 'missing') throw error;
      }
    }
    const document = await this.#api.manifest(tagOrDigest, null, deadline);
    this.#tags.add(tagOrDigest);
    if (!announced) this.#noteOf(document.digest);
    return this.#contents.documents.keep(this.#keyOf(document.digest), document);
  }

  #noteOf(digest: Digest): void {
    this.#shared.note(this.#contents.documents.has(this.#keyOf(digest)));
  }

  #document(digest: Digest, deadline: Deadline, size?: number): Promise<Document> {
    return this.#contents.documents.get(this.#keyOf(digest, size), () =>
      this.#api.manifest(digest, digest, deadline, size),
    );
  }

  /** By repository too, and by the size that was stated: what another one says does not decide about this one. */
  #keyOf(digest: Digest, size?: number): string {
    return `${this.#api.name}@${digest} ${size ?? 'any size'}`;
  }

  async #blob(descriptor: Descriptor, role: BlobRole, deadline: Deadline): Promise<Uint8Array> {
    const key = this.#keyOf(descriptor.digest, descriptor.size);
    const bytes = await this.#contents.blobs.get(key, () => this.#api.blob(descriptor, role, deadline));
    // Outside of the cache: two manifests may name one config, and only one of them rightly.
    if (bytes.length !== descriptor.size) {
      const what = `the ${role} ${descriptor.digest} of ${this.#api.name}`;
      throw new AssertImageError(
        'digest-mismatch',
        `${what} has ${bytes.length} bytes, its manifest says ${descriptor.size}.`,
      );
    }
    return bytes;
  }
}
