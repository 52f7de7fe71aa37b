import type { Log } from '../../base/log.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Run } from '../../inputs/run.ts';
import type { Asked } from '../ci.ts';
import type { RunEvent } from './event.ts';

/** What a verdict is handed over with. */
export interface Delivery {
  /** Null where the inputs could not be understood. */
  readonly asked: Asked | null;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
  readonly event: RunEvent;
  readonly run: Run;
}
