import { Budget } from './budget.ts';
import type { RunEvent } from './inputs/event.ts';
import { readComparison } from './look.ts';
import type { Clients } from './open.ts';
import type { Log } from './report/log.ts';
import type { Settings } from './settings/settings.ts';
import type { Verdict } from './verdict.ts';
import { lookUntilPass } from './wait.ts';

/** Looks at every image and judges what was seen; what is to be compared is read beside it. */
export async function decide(settings: Settings, event: RunEvent, clients: Clients, log: Log): Promise<Verdict> {
  const surroundings = { ...clients, settings, event, now: new Date(), budget: Budget.ofRound() };
  const [verdict, comparison] = await Promise.all([
    lookUntilPass(surroundings, log),
    settings.compareWith && readComparison(settings.compareWith, surroundings),
  ]);
  return { ...verdict, comparison };
}
