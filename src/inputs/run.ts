import type { AssertImageError } from '../base/errors.ts';
import type { Hints } from '../base/hints.ts';
import type { InputName } from './names.ts';

/** The run of a CI that this check is a step of. What the CI does not say is absent. */
export interface Run {
  /** Who runs it, as in "this is Jenkins"; null where no CI is recognised. */
  readonly name: string | null;
  /** The commit that `revision: auto` stands for, or why it cannot be told. Nothing is guessed. */
  readonly commit: string | AssertImageError;
  /** In full where the CI tells branches from tags: `refs/heads/main`. */
  readonly ref?: string | undefined;
  /** `owner/name` */
  readonly repository?: string | undefined;
  /** Why the run began, in the CI's own word: `push`, `schedule` … */
  readonly event?: string | undefined;
  readonly pullRequest?: PullRequest | undefined;
  /** The page of this run. */
  readonly jobUrl?: string | undefined;
  /** Of signed provenance: where the code lives, and the number that its repository has there. */
  readonly origin?: { readonly server: string; readonly repositoryId: string } | undefined;
  /** The variable `github` of expressions, where it exists. */
  readonly github?: Readonly<Record<'sha' | 'ref' | 'repository' | 'event_name', string>> | undefined;
  /** What the CI itself gives to log in to its own registry. */
  readonly registryLogin?: RegistryLogin | undefined;
  /** Inputs that mean nothing here. */
  readonly lacks: readonly InputName[];
  readonly hints: Hints;
  /** The folder that paths are relative to. */
  readonly workspace: string;
}

/** The pull or merge request that a run is about. */
export interface PullRequest {
  readonly number?: string | undefined;
  /** The commit of its branch, where the commit of the run is a merge of it. */
  readonly head?: string | undefined;
  /** What to know where the commits differ: one sentence. */
  readonly note?: string | undefined;
}

export interface RegistryLogin {
  /** `host[:port]`, as a reference has it. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  /** The token service that may see them, as a URL has its host. */
  readonly authHost: string | null;
  /** The variables that they are from, for messages. */
  readonly from: string;
}
