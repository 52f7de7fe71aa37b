import type { ImageBudget } from '../../base/budget.ts';
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

/** One that does not. */
export interface Refused extends Unmet {
  readonly place: string;
}

export type One = Accepted | Refused | AssertImageError;

/** What bundles are held against. */
export interface Measure {
  readonly expected: ProvenanceExpectation;
  readonly roots: Promise<TrustedRoots>;
  readonly deadline: Deadline;
  /** What the search that found it may take in memory. */
  readonly budget: ImageBudget;
}

/** One bundle in one place. */
export interface Found {
  readonly load: LoadBundle;
  readonly digest: Digest;
  readonly place: string;
  /** Hashes of those that were verified: of this digest, by any place. */
  readonly seen: Set<string>;
}

/** What a bundle is worth; null for what is none, and for one that another place had, too. */
export async function examineBundle(
  { load, digest, place, seen }: Found,
  { expected, roots, deadline, budget }: Measure,
): Promise<One | null> {
  // Of its own: one that is too large takes nothing from the others.
  const own = budget.part();
  let met = 0;
  try {
    const value = await deadline.race(load(own));
    deadline.assertLeft();
    if (value === null) return null;
    const bundle = readBundle(value);
    const trusted = await deadline.race(roots);
    // Nothing is waited for between here and the note that it was seen.
    if (seen.has(bundle.hash)) return null;
    met = MET_BY_SIGNATURE - 1;
    const attestation = verifyBundle(bundle, trusted);
    // Only what was verified: a forgery must not hide what it was made from.
    seen.add(bundle.hash);
    const missing = firstUnmet(attestation, expected, digest);
    return missing === null ? { attestation, place } : { place, ...missing };
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    return CONTENT.has(error.code) ? { place, met, message: error.message, hint: error.hint, actual: null } : error;
  } finally {
    own.close();
  }
}

/** Faults of a bundle, and not of the way to it. */
const CONTENT: ReadonlySet<string> = new Set(['malformed', 'ambiguous', 'unsupported']);
