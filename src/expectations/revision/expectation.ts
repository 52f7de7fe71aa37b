import type { Hints } from '../../base/hints.ts';
import type { PullRequest } from '../../inputs/run.ts';

/** The commit that an image must be built from. */
export interface RevisionExpectation {
  /** A full commit ID in lower case. */
  readonly commit: string;
  /** An image that states none is no failure: signed provenance says it. */
  readonly isAbsenceFine?: boolean;
  /** Of this run; a mismatch explains itself by its other commits. */
  readonly pullRequest?: PullRequest | undefined;
  /** How hints speak where we run; absent: with their marks. */
  readonly hints?: Hints;
}
