import pMap from 'p-map';
import type { RunEvent } from './inputs/event.ts';
import { readComparison } from './look.ts';
import type { Clients } from './open.ts';
import type { Reference } from './reference/reference.ts';
import type { Log } from './report/log.ts';
import type { Settings } from './settings/settings.ts';
import { lookUntilPass } from './wait.ts';
import { judge, type Look, type Verdict } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;

/** Looks at every image and judges what was seen. */
export async function decide(settings: Settings, event: RunEvent, clients: Clients, log: Log): Promise<Verdict> {
  const surroundings = { ...clients, settings, event, now: new Date() };
  const look = (reference: Reference): Promise<Look> => lookUntilPass(reference, surroundings, log);
  const [looks, comparison] = await Promise.all([
    pMap(settings.images, look, { concurrency: LOOKS_AT_ONCE }),
    settings.compareWith && readComparison(settings.compareWith, surroundings),
  ]);
  return { ...judge(looks), comparison };
}
