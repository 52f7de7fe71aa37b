import type { Deadline } from '../base/deadline.ts';
import { AssertImageError, type ErrorCode } from '../base/errors.ts';
import { MAX_BUNDLE_BYTES } from '../image/bundles.ts';
import type { Descriptor } from '../image/descriptor.ts';
import { ACCEPT_MANIFESTS } from '../image/media-types.ts';
import type { BlobRole, Document } from '../image/source.ts';
import type { FollowedResponse } from '../net/redirects.ts';
import { header } from '../net/transport.ts';
import { algorithmOf, type Digest, digestOf, tryParseDigest } from '../reference/digest.ts';
import { assertAnnouncedDigest, verifiedBytes } from './content.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import { readNames } from './name-list.ts';
import type { Asked } from './referrers.ts';

/** "At least 4 megabytes" (distribution-spec); containers/image reads no more either. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MIB = 1024 * 1024;
/** Faults that a HEAD cannot tell from others. */
const UNTOLD: ReadonlySet<ErrorCode> = new Set(['unreachable', 'protocol', 'timeout']);
/**
 * Configs carry labels, and some builders write megabytes of them (Lambda and Bazel images have more than one).
 * Provenance has some 35 kB, with a Dockerfile in it.
 */
const MAX_BLOB_BYTES: Readonly<Record<BlobRole, number>> = {
  config: 8 * MIB,
  provenance: 8 * MIB,
  bundle: MAX_BUNDLE_BYTES,
};

/** The requests of the distribution specification's pull API, for one repository. What they give is verified. */
export class PullApi {
  readonly #options: ConversationOptions;
  readonly #conversation: Conversation;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#conversation = new Conversation(options);
  }

  /**
   * The digest that a HEAD says the tag points to; null where the registry does not say it, and a GET has to. Of SHA-256
   * only: attestations, `digest` and comparisons know images by no other.
   */
  async announcedDigest(tag: string, deadline: Deadline): Promise<Digest | null> {
    const url = this.#url(`manifests/${tag}`);
    const headers = { accept: ACCEPT_MANIFESTS };
    const { signal, lane } = deadline;
    const exchange = { method: 'HEAD', url, headers, maxBytes: 0, signal, lane, isPathOurs: true } as const;
    try {
      const answer = await this.#conversation.authorized(exchange, this.#scope, deadline);
      const digest =
        answer.status === 200 ? tryParseDigest(header(answer, 'docker-content-digest')?.trim() ?? '') : null;
      return digest !== null && algorithmOf(digest) === 'sha256' ? digest : null;
    } catch (error) {
      // A server that answers a HEAD with a body breaks the connection. The GET tells what is wrong, and is tried again.
      if (error instanceof AssertImageError && UNTOLD.has(error.code) && !signal.aborted) return null;
      throw error;
    }
  }

  /** Hands every tag of this repository to `take`. */
  tags(take: (name: string) => void, deadline: Deadline): Promise<void> {
    const what = `the list of tags of ${this.name}`;
    const url = this.#url('tags/list');
    const list = { url, name: 'tags', what, scope: this.#scope };
    return readNames(this.#conversation, list, take, deadline);
  }

  /**
   * @param asked null for a tag
   * @param size that was stated, if one was
   */
  async manifest(tagOrDigest: string, asked: Digest | null, deadline: Deadline, size?: number): Promise<Document> {
    const what = `${this.name}${asked ? '@' : ':'}${tagOrDigest}`;
    const path = `manifests/${tagOrDigest}`;
    const maxBytes = Math.min(size ?? Infinity, MAX_MANIFEST_BYTES);
    const minBytes = size ?? 0;
    const answer = await this.#get(path, what, { accept: ACCEPT_MANIFESTS, maxBytes, minBytes }, deadline);
    const bytes = verifiedBytes(answer, asked, MAX_MANIFEST_BYTES, what);
    if (asked === null) assertAnnouncedDigest(answer, bytes, what);
    const digest = asked ?? digestOf(bytes);
    return { bytes, digest, contentType: header(answer, 'content-type') };
  }

  /** A blob that a manifest names. */
  async blob({ digest, size }: Descriptor, role: BlobRole, deadline: Deadline): Promise<Uint8Array> {
    const what = `the ${role} ${digest} of ${this.name}`;
    if (size > MAX_BLOB_BYTES[role]) {
      throw new AssertImageError('too-large', `${what} has ${size} bytes; at most ${MAX_BLOB_BYTES[role]} are read.`);
    }
    const answer = await this.#get(
      `blobs/${digest}`,
      what,
      { accept: '*/*', maxBytes: size, minBytes: size },
      deadline,
    );
    return verifiedBytes(answer, digest, MAX_BLOB_BYTES[role], what);
  }

  /** For requests that few runs make, and that are loaded with them. */
  get asked(): Asked {
    const { registry, repository, origin, authorizer } = this.#options;
    const credentialsFrom = (): string | null => authorizer.credentialsFrom;
    return { conversation: this.#conversation, registry, repository, origin, credentialsFrom };
  }

  /** Whether a tag exists; false also where that cannot be told, for only a hint depends on it. */
  async hasTag(tag: string, deadline: Deadline): Promise<boolean> {
    return this.announcedDigest(tag, deadline).then(
      (digest) => digest !== null,
      () => false,
    );
  }

  get #scope(): string {
    return `repository:${this.#options.repository}:pull`;
  }

  get name(): string {
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
  ): Promise<FollowedResponse> {
    return this.#conversation.get(this.#url(path), what, { ...kind, scope: this.#scope }, deadline);
  }
}
