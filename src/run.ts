import pMap from 'p-map';
import { AssertImageError, formatError, toAssertImageError } from './errors.ts';
import { readEvent } from './inputs/event.ts';
import { modeOf, readInputs } from './inputs/inputs.ts';
import { lookAt } from './look.ts';
import { openRegistries } from './open.ts';
import { deliver, type Delivery } from './report/deliver.ts';
import { openLog } from './report/open-log.ts';
import { parseSettings, type Settings } from './settings.ts';
import type { Reference } from './reference/reference.ts';
import { exitCodeOf, judge, type Look, type Verdict, verdictOfError } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;

/** A reference becomes a verdict: inputs, settings, looks, verdict, report. Returns the exit code. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<0 | 1 | 2> {
  const { log, secrets } = openLog(modeOf(argv, env), argv);
  const delivery: Delivery = { mode: modeOf(argv, env), log, secrets, env, settings: null, format: 'text' };
  try {
    const { inputs, problems } = readInputs(argv, env, secrets);
    delivery.format = inputs.format;
    delivery.settings = parseSettings(inputs, readEvent(env), problems);
    const verdict = await decide(delivery.settings, delivery);
    await deliver(verdict, delivery);
    return exitCodeOf(verdict.result, delivery.settings.failOnMismatch);
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    if (error.code === 'output') log.annotate('error', 'assert-image', formatError(error));
    else await deliver(verdictOfError(error), delivery);
    return 2;
  }
}

async function decide(settings: Settings, { log, secrets, env }: Delivery): Promise<Verdict> {
  const over = new AbortController();
  const registries = openRegistries(settings.registry, env, secrets, log, over.signal);
  try {
    const look = (reference: Reference): Promise<Look> => lookAt(reference, registries, settings);
    return judge(await pMap(settings.images, look, { concurrency: LOOKS_AT_ONCE }));
  } finally {
    over.abort(new AssertImageError('internal', 'the run is over.'));
    await registries.close();
  }
}
