import type { Words } from '../base/words.ts';

/** What the CI says about this run. Empty strings where it says nothing. */
export interface RunFacts {
  readonly sha: string;
  readonly ref: string;
  /** `owner/name` */
  readonly repository: string;
  /** Its number, which no other has after it; empty where the CI does not say. */
  readonly repositoryId: string;
  /** Where the code lives, as an address without a slash behind; empty where the CI does not say. */
  readonly server: string;
  /** Why the run began: `push`, `schedule` … */
  readonly eventName: string;
  /** Of a pull request: its head, where the commit of the run is a merge commit. */
  readonly pullRequestHead: string | undefined;
  /** The commit that `revision: auto` stands for. @throws AssertImageError `input` where it cannot be told */
  readonly commit: () => string;
  /** How hints speak here. */
  readonly words: Words;
  /** The folder that paths are relative to. */
  readonly workspace: string;
}
