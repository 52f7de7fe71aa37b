import type { Run } from '../inputs/run.ts';

/** One CI: how it is recognised, and what it says of its run. A file each. */
export interface KnownCi {
  readonly isHere: (env: NodeJS.ProcessEnv) => boolean;
  readonly read: (env: NodeJS.ProcessEnv) => Run;
}
