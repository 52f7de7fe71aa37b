import type { RunEvent } from '../inputs/event.ts';
import type { GitHubClient } from '../github/client.ts';
import type { Secrets } from '../secrets.ts';
import type { Settings } from '../settings/settings.ts';
import type { Log } from './log.ts';

/** What a report is written with. What the inputs decide is null until they are understood. */
export interface Delivery {
  readonly mode: 'action' | 'command-line';
  readonly log: Log;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
  readonly event: RunEvent;
  format: 'text' | 'json';
  settings: Settings | null;
  github: GitHubClient | null;
}

export function openDelivery(fixed: Pick<Delivery, 'mode' | 'log' | 'secrets' | 'env' | 'event'>): Delivery {
  return { ...fixed, format: 'text', settings: null, github: null };
}
