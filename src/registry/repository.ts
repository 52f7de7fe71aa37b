import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import type { Descriptor } from '../image/descriptor.ts';
import { type Digest, digestOf, tryParseDigest } from '../reference/digest.ts';
import { ACCEPT_MANIFESTS } from '../image/media-types.ts';
import type { Document, Source } from '../image/source.ts';
import type { ContentCache } from './content-cache.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import { assertAnnouncedDigest, verifiedBytes } from './content.ts';
import { readNames } from './name-list.ts';
import type { FollowedAnswer } from '../net/redirects.ts';
import { header } from '../net/transport.ts';

/** "At least 4 megabytes" (distribution-spec); containers/image reads no more either. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Configs carry labels, and some builders write megabytes of them (catalogue M-8). */
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** What was fetched in this run, by all repositories together. */
export interface Contents {
  readonly documents: ContentCache<Document>;
  readonly blobs: ContentCache<Uint8Array>;
}

/** Whether most answers will be new, the same as before, or the same as another tag's: then a HEAD is asked first. */
export type ReadMode = 'once' | 'again' | 'many';

/** One repository of a registry, by the distribution specification's pull API. */
export class Repository {
  readonly #options: ConversationOptions;
  readonly #conversation: Conversation;
  /** Tags that were read before. */
  readonly #tags = new Set<string>();
  readonly #contents: Contents;

  constructor(options: ConversationOptions, contents: Contents) {
    this.#options = options;
    this.#contents = contents;
    this.#conversation = new Conversation(options);
  }

  /** This repository as a source for one look, bounded by its deadline. */
  within(deadline: Deadline, mode: ReadMode = 'once'): Source {
    return {
      manifest: (tagOrDigest, size) => deadline.race(this.#manifest(tagOrDigest, mode, deadline, size)),
      blob: (descriptor) => deadline.race(this.#blob(descriptor, deadline)),
    };
  }

  async #manifest(tagOrDigest: string, mode: ReadMode, deadline: Deadline, size?: number): Promise<Document> {
    const digest = tryParseDigest(tagOrDigest);
    if (digest) return this.#document(digest, deadline, size);
    const isHeadCheap = mode === 'many' || (mode === 'again' && this.#tags.has(tagOrDigest));
    const announced = isHeadCheap ? await this.#announced(tagOrDigest, deadline) : null;
    // By tag once, by digest from then on: what is read is what was announced, or an error.
    if (announced) {
      try {
        return await this.#document(announced, deadline);
      } catch (error) {
        // The tag may have moved in between, and what it pointed to be gone: then it is read as it is now.
        if (!(error instanceof AssertImageError) || error.code !== 'missing') throw error;
      }
    }
    const document = await this.#fetchManifest(tagOrDigest, null, deadline);
    this.#tags.add(tagOrDigest);
    return this.#contents.documents.get(this.#keyOf(document.digest), async () => document);
  }

  #document(digest: Digest, deadline: Deadline, size?: number): Promise<Document> {
    return this.#contents.documents.get(this.#keyOf(digest, size), () =>
      this.#fetchManifest(digest, digest, deadline, size),
    );
  }

  /** By repository too, and by the size that was stated: what another one says does not decide about this one. */
  #keyOf(digest: Digest, size?: number): string {
    return `${this.#name}@${digest} ${size ?? 'any size'}`;
  }

  /** The digest that a HEAD says the tag points to; null where the registry does not say it, and a GET has to. */
  async #announced(tag: string, deadline: Deadline): Promise<Digest | null> {
    const url = this.#url(`manifests/${tag}`);
    const headers = { accept: ACCEPT_MANIFESTS };
    const { signal, lane } = deadline;
    const exchange = { method: 'HEAD', url, headers, maxBytes: 0, signal, lane, isPathOurs: true } as const;
    try {
      const answer = await this.#conversation.authorized(exchange, this.#scope, deadline);
      return answer.status === 200 ? tryParseDigest(header(answer, 'docker-content-digest')?.trim() ?? '') : null;
    } catch (error) {
      // A server that answers a HEAD with a body breaks the connection; the GET tells what is wrong.
      if (error instanceof AssertImageError && (error.code === 'unreachable' || error.code === 'protocol')) return null;
      throw error;
    }
  }

  /** Hands every tag of this repository to `take`. */
  tags(take: (name: string) => void, deadline: Deadline): Promise<void> {
    const what = `the list of tags of ${this.#name}`;
    const url = this.#url('tags/list');
    const list = { url, name: 'tags', what, scope: this.#scope };
    return readNames(this.#conversation, list, take, deadline);
  }

  get #scope(): string {
    return `repository:${this.#options.repository}:pull`;
  }

  async #fetchManifest(
    tagOrDigest: string,
    asked: Digest | null,
    deadline: Deadline,
    size?: number,
  ): Promise<Document> {
    const what = `${this.#name}${asked ? '@' : ':'}${tagOrDigest}`;
    const path = `manifests/${tagOrDigest}`;
    const maxBytes = Math.min(size ?? Infinity, MAX_MANIFEST_BYTES);
    const minBytes = size ?? 0;
    const answer = await this.#get(path, what, { accept: ACCEPT_MANIFESTS, maxBytes, minBytes }, deadline);
    const bytes = verifiedBytes(answer, asked, MAX_MANIFEST_BYTES, what);
    const digest = asked ?? digestOf(bytes);
    if (asked === null) assertAnnouncedDigest(answer, bytes, what);
    return { bytes, digest, contentType: header(answer, 'content-type') };
  }

  async #blob(descriptor: Descriptor, deadline: Deadline): Promise<Uint8Array> {
    const key = this.#keyOf(descriptor.digest, descriptor.size);
    const bytes = await this.#contents.blobs.get(key, () => this.#fetchBlob(descriptor, deadline));
    // Outside of the cache: two manifests may name one config, and only one of them rightly.
    if (bytes.length !== descriptor.size) {
      const what = `the config ${descriptor.digest} of ${this.#name}`;
      throw new AssertImageError(
        'digest-mismatch',
        `${what} has ${bytes.length} bytes, its manifest says ${descriptor.size}.`,
      );
    }
    return bytes;
  }

  async #fetchBlob({ digest, size }: Descriptor, deadline: Deadline): Promise<Uint8Array> {
    const what = `the config ${digest} of ${this.#name}`;
    if (size > MAX_CONFIG_BYTES) {
      throw new AssertImageError('too-large', `${what} has ${size} bytes; at most ${MAX_CONFIG_BYTES} are read.`);
    }
    const answer = await this.#get(
      `blobs/${digest}`,
      what,
      { accept: '*/*', maxBytes: size, minBytes: size },
      deadline,
    );
    return verifiedBytes(answer, digest, MAX_CONFIG_BYTES, what);
  }

  get #name(): string {
    return `${this.#options.registry}/${this.#options.repository}`;
  }

  #url(path: string): URL {
    return new URL(`/v2/${this.#options.repository}/${path}`, this.#options.origin);
  }

  /** A GET below /v2/<repository>/. */
  #get(
    path: string,
    what: string,
    kind: { readonly accept: string; readonly maxBytes: number; readonly minBytes: number },
    deadline: Deadline,
  ): Promise<FollowedAnswer> {
    return this.#conversation.get(this.#url(path), what, { ...kind, scope: this.#scope }, deadline);
  }
}
