import type { RoundBudget } from '../base/budget.ts';
import type { Deadline } from '../base/deadline.ts';
import type { History } from '../expectations/revision/ancestry.ts';
import type { BundlePlace } from '../image/bundles.ts';
import type { Run } from '../inputs/run.ts';
import type { Network } from '../net/network.ts';
import type { Reference } from '../reference/reference.ts';
import type { Registries } from '../registry/registries.ts';
import type { Settings } from '../settings/settings.ts';
import type { Signatures } from './signed/signatures.ts';

/** What the host of the code knows: how commits descend from each other, and what was attested. */
export interface HostOfCode extends History {
  /** The list of attestations that it keeps for a repository, `owner/name`. */
  attestations(repository: string): Promise<BundlePlace>;
}

/** What all looks of a run share. */
export interface GateContext {
  readonly registries: Registries;
  readonly network: Network;
  readonly hostOfCode: HostOfCode;
  /** Makes the search for the signatures of one image; null where none are asked for. */
  readonly signatures: ((reference: Reference, deadline: Deadline) => Promise<Signatures>) | null;
  readonly settings: Settings;
  /** Whether this is a program of its own, which may tell V8 how to collect garbage. */
  readonly ownsProcess: boolean;
  readonly run: Run;
  readonly now: Date;
  /** What all images of this round may take in memory. */
  readonly budget: RoundBudget;
}
