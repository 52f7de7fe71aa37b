import type { AssertImageError } from '../../base/errors.ts';
import type { Identity } from '../../provenance/identity.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Check } from '../check.ts';

/** An attestation that was found, and why it does not count. */
interface Rejected {
  readonly place: string;
  readonly reason: string;
}

/** What was found of signed provenance for one image. */
export interface Finding {
  /** Of the certificate of the one that counts, or of the first of several; null where none does. */
  readonly identity: Identity | null;
  /** By what it is about: the image, or each of its manifests. */
  readonly identities: ReadonlyMap<Digest, Identity>;
  /** Where it was found. */
  readonly place: string | null;
  /** The instance of Sigstore that vouches for it. */
  readonly instance: string | null;
  /** When the root of trust was known to be the newest, in RFC 3339; null where a file was given. */
  readonly rootDate: string | null;
  /** Why none counts; empty where one does. */
  readonly reason: string;
  readonly checks: readonly Check[];
  readonly notices: readonly string[];
  readonly rejected: readonly Rejected[];
  /** Why it could not be told whether there is one. */
  readonly error: AssertImageError | null;
}

/** Who signed for one manifest; null where none counts, or none was asked for. */
export function signedFor(finding: Finding | null, manifest: Digest): Identity | null {
  return finding?.identities.get(manifest) ?? finding?.identity ?? null;
}
