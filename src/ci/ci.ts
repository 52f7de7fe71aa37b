import type { Log } from '../base/log.ts';
import type { Secrets } from '../base/secrets.ts';
import type { Words } from '../base/words.ts';
import type { History } from '../expectations/revision/ancestry.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Problem, RawInputs } from '../inputs/raw-inputs.ts';
import type { RunFacts } from '../inputs/run-facts.ts';
import type { Network } from '../net/network.ts';
import type { Settings } from '../settings/settings.ts';

/** Who runs us: all that differs by CI, and nothing else. Each has a file of its own. */
export interface Ci {
  readonly log: Log;
  /** Told to whoever masks them before anything is written. */
  readonly secrets: Secrets;
  readonly words: Words;
  readonly facts: RunFacts;
  readonly readInputs: () => { inputs: RawInputs; problems: Problem[] };
  /** How commits stand to each other, where the code lives. */
  readonly history: (asked: Asked) => History;
  /** Loads what the delivery needs, while others are waited for. */
  readonly prepare: () => Promise<unknown>;
  /** Hands a verdict to its readers. @throws AssertImageError `output` where later steps would act without it */
  readonly deliver: (verdict: Verdict, asked: Asked | null) => Promise<void>;
}

/** What was asked, once it is understood, and how to speak to others. */
export interface Asked {
  readonly settings: Settings;
  readonly network: Network;
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
}
