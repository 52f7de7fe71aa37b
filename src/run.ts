import { AssertImageError, formatError, toAssertImageError } from './errors.ts';
import { readEvent } from './inputs/event.ts';
import { modeOf, readInputs } from './inputs/inputs.ts';
import { readPolicyFile } from './inputs/policy-file.ts';
import { loadParsers } from './load-parsers.ts';
import { openClients } from './open.ts';
import { openDelivery } from './report/delivery.ts';
import { openLog } from './report/open-log.ts';
import { parseSettings } from './settings/settings.ts';
import { exitCodeOf, verdictOfError } from './verdict.ts';

/** A reference becomes a verdict: inputs, settings, looks, verdict, report. Returns the exit code. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<0 | 1 | 2> {
  const { log, secrets } = openLog(modeOf(argv, env), argv);
  const event = readEvent(env);
  const over = new AbortController();
  const delivery = openDelivery({ mode: modeOf(argv, env), log, secrets, env, event });
  try {
    const { inputs, problems } = readInputs(argv, env, secrets);
    delivery.format = inputs.format;
    const policy = readPolicyFile(inputs.values.policy, env);
    delivery.settings = parseSettings(inputs, event, policy, await loadParsers(inputs), problems);
    const clients = openClients(delivery.settings.registry, env, secrets, log, over.signal);
    delivery.github = clients.github;
    clients.registries.open(delivery.settings.images);
    // The rest is loaded while the handshakes are under way.
    const [{ decide }, { deliver }] = await Promise.all([import('./decide.ts'), import('./report/deliver.ts')]);
    const verdict = await decide(delivery.settings, event, clients, log);
    await deliver(verdict, delivery);
    return exitCodeOf(verdict.result, delivery.settings.failOnMismatch);
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    if (error.code === 'output') log.annotate('error', 'assert-image', formatError(error));
    else await (await import('./report/deliver.ts')).deliver(verdictOfError(error), delivery);
    return 2;
  } finally {
    over.abort(new AssertImageError('internal', 'the run is over.'));
  }
}
