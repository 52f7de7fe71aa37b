import { AssertImageError, formatError, toAssertImageError } from './base/errors.ts';
import type { Asked } from './ci/ci.ts';
import { whoRuns } from './ci/who-runs.ts';
import { createNetwork, createRegistries } from './gate/clients.ts';
import { exitCodeOf, verdictOfError } from './gate/verdict.ts';
import { readWorkspaceFiles } from './inputs/workspace-file.ts';
import { loadParsers } from './settings/parsers.ts';
import { parseSettings } from './settings/settings.ts';

/** A reference becomes a verdict: inputs, settings, looks, verdict, report. Returns the exit code. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<0 | 1 | 2> {
  const ci = await whoRuns(argv, env);
  if (typeof ci === 'number') return ci; // Help was asked for.
  const { log, secrets } = ci;
  const tellLost = (error: unknown): void =>
    log.annotate('error', 'assert-image', formatError(toAssertImageError(error)));
  const over = new AbortController();
  const { signal } = over;
  let asked: Asked | null = null;
  try {
    const { inputs, problems } = ci.readInputs();
    const { registryLogin } = ci.run;
    const files = readWorkspaceFiles(inputs, ci.run.workspace);
    const settings = parseSettings({ inputs, run: ci.run, ...files, parsers: await loadParsers(inputs), problems });
    const network = createNetwork(settings.registry, { env, secrets, log, signal });
    asked = { settings, network, signal };
    const registries = createRegistries(settings.registry, network, { env, secrets, log, signal, registryLogin });
    await registries.preconnect(settings.images);
    // The rest is loaded while the handshakes are under way.
    const [{ decide }] = await Promise.all([import('./gate/gate.ts'), ci.prepare()]);
    const own = { run: ci.run, hostOfCode: ci.hostOfCode(asked), ownsProcess: true };
    const verdict = await decide({ registries, network, settings, ...own }, log);
    await ci.deliver(verdict, asked);
    return exitCodeOf(verdict.result, settings.failOnMismatch);
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    if (error.code !== 'output') await ci.deliver(verdictOfError(error), asked).catch(tellLost);
    else tellLost(error);
    return 2;
  } finally {
    over.abort(new AssertImageError('internal', 'the run is over.'));
  }
}
