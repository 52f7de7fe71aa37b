import type { Descriptor } from './descriptor.ts';
import type { Digest } from '../reference/digest.ts';

/** A manifest or index as it came: raw bytes, their digest computed by us, never taken from a header. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly contentType: string | undefined;
}

/** What an image is read from. Every byte that comes out is hashed; every failure is an AssertImageError. */
export interface Source {
  /**
   * By tag, or by digest: then the bytes are what the digest says, or it is an error.
   *
   * @param size in bytes, where a descriptor says it: no more are read
   */
  manifest(tagOrDigest: string, size?: number): Promise<Document>;
  /** A blob of exactly the descriptor's size and digest. Layers of a filesystem are never asked for. */
  blob(descriptor: Descriptor, role: BlobRole): Promise<Uint8Array>;
}

/** What a blob is to its manifest, for messages. */
export type BlobRole = 'config' | 'provenance' | 'bundle';
