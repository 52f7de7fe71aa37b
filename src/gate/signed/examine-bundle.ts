import type { Deadline } from '../../base/deadline.ts';
import { type AssertImageError, toAssertImageError } from '../../base/errors.ts';
import { firstUnmet, MET_BY_SIGNATURE, type Unmet } from '../../expectations/provenance/conditions.ts';
import type { ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { LoadBundle } from '../../image/bundles.ts';
import { readBundle } from '../../provenance/bundle.ts';
import type { TrustedRoots } from '../../provenance/trusted-root.ts';
import { type Attestation, verifyBundle } from '../../provenance/verify.ts';
import type { Digest } from '../../reference/digest.ts';

/** An attestation that meets what is expected of it by itself. */
export interface Accepted {
  readonly attestation: Attestation;
  readonly place: string;
}

/** Chooses among several that count. */
export type Choose = (accepted: readonly Accepted[]) => Accepted;

/** One that does not. */
export interface Refused extends Unmet {
  readonly place: string;
}

export type One = Accepted | Refused | AssertImageError;

/** What a bundle is held against. */
export interface Measure {
  readonly digest: Digest;
  readonly place: string;
  readonly expected: ProvenanceExpectation;
  readonly roots: TrustedRoots;
  readonly deadline: Deadline;
  /** Hashes of those that were judged. */
  readonly seen: Set<string>;
}

/** What a bundle is worth; null for what is none, and for one that another place had, too. */
export async function examineBundle(
  load: LoadBundle,
  { digest, place, expected, roots, deadline, seen }: Measure,
): Promise<One | null> {
  let met = 0;
  try {
    const value = await load();
    deadline.assertLeft();
    if (value === null) return null;
    const bundle = readBundle(value);
    if (seen.has(bundle.signature)) return null;
    met = MET_BY_SIGNATURE - 1;
    const attestation = verifyBundle(bundle, roots);
    const missing = firstUnmet(attestation, expected, digest);
    // Only what was verified: a forgery with the same signature must not hide it.
    seen.add(bundle.signature);
    return missing === null ? { attestation, place } : { place, ...missing };
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    return CONTENT.has(error.code) ? { place, met, message: sentence(error), actual: null } : error;
  }
}

/** Faults of a bundle, and not of the way to it. */
const CONTENT: ReadonlySet<string> = new Set(['malformed', 'ambiguous', 'unsupported']);

function sentence({ message, hint }: AssertImageError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
