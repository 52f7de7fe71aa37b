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
  const { log, secrets, facts } = ci;
  const over = new AbortController();
  const { signal } = over;
  let asked: Asked | null = null;
  try {
    const { inputs, problems } = ci.readInputs();
    const files = readWorkspaceFiles(inputs, facts.workspace);
    const settings = parseSettings({ inputs, facts, ...files, parsers: await loadParsers(inputs), problems });
    const network = createNetwork(settings.registry, { env, secrets, log, signal });
    asked = { settings, network, signal };
    const registries = createRegistries(settings.registry, network, { env, secrets, log, signal });
    registries.preconnect(settings.images);
    // The rest is loaded while the handshakes are under way.
    const [{ decide }] = await Promise.all([import('./gate/gate.ts'), ci.prepare()]);
    const verdict = await decide({ registries, network, settings, facts, hostOfCode: ci.hostOfCode(asked) }, log);
    await ci.deliver(verdict, asked);
    return exitCodeOf(verdict.result, settings.failOnMismatch);
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    if (error.code === 'output') log.annotate('error', 'assert-image', formatError(error));
    else await ci.deliver(verdictOfError(error), asked);
    return 2;
  } finally {
    over.abort(new AssertImageError('internal', 'the run is over.'));
  }
}
