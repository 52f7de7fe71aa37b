import type { ImageBudget } from '../base/budget.ts';
import type { Deadline } from '../base/deadline.ts';
import type { Digest } from '../reference/digest.ts';

/**
 * Loads the JSON of a bundle; null where what a list names turns out to be something else.
 *
 * @param budget what it may take in memory
 * @throws AssertImageError
 */
export type LoadBundle = (budget: ImageBudget) => Promise<unknown>;

/** What one place has of signed statements about a digest, not yet read. */
export interface BundleList {
  /** For messages, behind "in" or "on". */
  readonly place: string;
  readonly bundles: readonly LoadBundle[];
  /** Those that cost a request elsewhere; for when nothing else will do. */
  readonly later: readonly LoadBundle[];
  /** There are more than are read. */
  readonly isCut: boolean;
}

/** The predicate type of SLSA provenance, version 1: what signed statements are asked for. */
export const SLSA_V1 = 'https://slsa.dev/provenance/v1';

/** Of a digest and place; real ones have one or two. */
export const MAX_BUNDLES = 30;
export const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

/** A list of bundles that somebody keeps. */
export interface BundlePlace {
  /** Begins to connect. Never throws. */
  prepare(): void;
  /**
   * @param budget what the list takes, until its bundles are judged
   * @throws AssertImageError where it does not let us look
   */
  find(digest: Digest, deadline: Deadline, budget: ImageBudget): Promise<BundleList>;
}
