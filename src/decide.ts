import { RoundBudget } from './budget.ts';
import type { RunEvent } from './inputs/event.ts';
import { readComparison, type Surroundings } from './look.ts';
import type { Clients } from './open.ts';
import type { Log } from './report/log.ts';
import type { Settings } from './settings/settings.ts';
import { lookAtAll } from './select.ts';
import type { Verdict } from './verdict.ts';

/** Looks at every image and judges what was seen; what is to be compared is read beside it. */
export async function decide(settings: Settings, event: RunEvent, clients: Clients, log: Log): Promise<Verdict> {
  const surroundings = { ...clients, settings, event, now: new Date(), budget: new RoundBudget() };
  const [verdict, comparison] = await Promise.all([
    look(surroundings, log),
    settings.compareWith && readComparison(settings.compareWith, surroundings),
  ]);
  return { ...verdict, comparison };
}

/** Once, or again and again; how to wait is loaded only where there is something to wait for. */
async function look(surroundings: Surroundings, log: Log): Promise<Verdict> {
  const { waitTimeoutMs, timeoutMs } = surroundings.settings;
  if (waitTimeoutMs === 0) return lookAtAll(surroundings, { timeoutMs, mode: 'once' }, log);
  const { lookUntilPass } = await import('./wait.ts');
  return lookUntilPass(surroundings, log);
}
