import pMap from 'p-map';
import { AssertImageError } from './errors.ts';
import type { RunEvent } from './inputs/event.ts';
import { lookAt } from './look.ts';
import { openClients } from './open.ts';
import type { Reference } from './reference/reference.ts';
import type { Delivery } from './report/deliver.ts';
import type { Settings } from './settings/settings.ts';
import { judge, type Look, type Verdict } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;

/** Looks at every image and judges what was seen. Whatever was begun for it ends with it. */
export async function decide(settings: Settings, event: RunEvent, { log, secrets, env }: Delivery): Promise<Verdict> {
  const over = new AbortController();
  const { registries, github } = openClients(settings.registry, env, secrets, log, over.signal);
  const surroundings = { registries, github, settings, event, now: new Date() };
  try {
    const look = (reference: Reference): Promise<Look> => lookAt(reference, surroundings);
    return judge(await pMap(settings.images, look, { concurrency: LOOKS_AT_ONCE }));
  } finally {
    over.abort(new AssertImageError('internal', 'the run is over.'));
    await registries.close();
  }
}
