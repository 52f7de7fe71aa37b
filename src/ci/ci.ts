import type { Log } from '../base/log.ts';
import type { Secrets } from '../base/secrets.ts';
import type { HostOfCode } from '../gate/context.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Read } from '../inputs/inputs.ts';
import type { Run } from '../inputs/run.ts';
import type { Network } from '../net/network.ts';
import type { Settings } from '../settings/settings.ts';

/** Everything that differs by CI. Each CI has its own file. */
export interface Ci {
  readonly log: Log;
  /** Registered with the runner's masking before anything is written. */
  readonly secrets: Secrets;
  readonly run: Run;
  readonly readInputs: () => Read;
  /** How commits descend from each other, and what was attested, as the host of the code knows it. */
  readonly hostOfCode: (asked: Asked) => HostOfCode;
  /** Preloads the delivery code while network requests are in flight. */
  readonly prepare: () => Promise<unknown>;
  /** Delivers the verdict. @throws AssertImageError `output` if later steps would miss it */
  readonly deliver: (verdict: Verdict, asked: Asked | null) => Promise<void>;
}

/** The parsed settings, and the network to use. */
export interface Asked {
  readonly settings: Settings;
  readonly network: Network;
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
}
