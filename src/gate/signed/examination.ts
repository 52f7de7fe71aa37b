import type { AssertImageError } from '../../base/errors.ts';
import type { ImageBudget, RoundBudget } from '../../base/budget.ts';
import type { BundleList } from '../../image/bundles.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Accepted, Measure, Refused } from './examine-bundle.ts';

/** Somewhere that signed statements are kept. */
export interface Place {
  /** For messages. */
  readonly name: string;
  /** @throws AssertImageError where it did not let us look */
  find(digest: Digest, budget: ImageBudget): Promise<BundleList>;
}

/** What all places have about one digest; each list in the order of the places, and of what each of them lists. */
export interface Examined {
  readonly accepted: readonly Accepted[];
  readonly refused: readonly Refused[];
  /** Why a place, or a part of what it has, could not be read. */
  readonly problems: readonly AssertImageError[];
  /** Where it was looked. */
  readonly places: readonly string[];
}

/** By what is examined. */
export interface Examination extends Omit<Measure, 'budget'> {
  /** What all searches of a run may take in memory. */
  readonly budget: RoundBudget;
  readonly places: readonly Place[];
  /** Whether one is enough, so that nothing else need be waited for; known once the image is read. */
  readonly suits: Promise<(accepted: Accepted, digest: Digest) => boolean>;
}
