/** The library: no output, no exit, nothing read from the environment. */
import { AssertImageError, toAssertImageError } from './base/errors.ts';
import { SILENT } from './base/log.ts';
import { Secrets } from './base/secrets.ts';
import { NO_HOST } from './gate/no-host.ts';
import { createNetwork, createRegistries } from './gate/clients.ts';
import { type Verdict as Decided, verdictOfError } from './gate/verdict.ts';
import { finish } from './inputs/inputs.ts';
import { readWorkspaceFiles } from './inputs/workspace-file.ts';
import { readOptions } from './library/inputs.ts';
import { LIBRARY_HINTS, runOfOptions } from './library/run.ts';
import type { TakenOptions } from './library/taken.ts';
import type { Verdict } from './library/verdict.ts';
import { loadParsers } from './settings/parsers.ts';
import { parseSettings } from './settings/settings.ts';

/** @param options as they were when `assertImage` was called */
export async function assertTaken(options: TakenOptions): Promise<Verdict> {
  const secrets = new Secrets();
  const over = new AbortController();
  const verdict = await check(options, secrets, over.signal).catch((thrown: unknown) =>
    verdictOfError(toAssertImageError(thrown)),
  );
  over.abort(new AssertImageError('internal', 'the run is over.'));
  // In one piece with what the other doors load (ci/github/deliveries.ts).
  const reports = await import('./ci/github/deliveries.ts');
  return describe(reports.cleanVerdict(verdict, { secrets, hints: LIBRARY_HINTS }), reports);
}

async function check(options: TakenOptions, secrets: Secrets, signal: AbortSignal): Promise<Decided> {
  const { inputs, problems: found } = finish(readOptions(options), secrets);
  const problems = [...found];
  const run = runOfOptions(options, problems);
  const files = readWorkspaceFiles(inputs, run.workspace);
  const settings = parseSettings({ inputs, run, ...files, parsers: await loadParsers(inputs), problems });
  const means = { env: {}, secrets, log: SILENT, signal, stores: [] };
  const network = createNetwork(settings.registry, means);
  const registries = createRegistries(settings.registry, network, means);
  const { decide } = await import('./gate/gate.ts');
  return decide({ registries, network, settings, run, hostOfCode: NO_HOST, ownsProcess: false }, SILENT);
}

/** As the report file has it, which is checked against its schema; and the reference to deploy. */
function describe(
  verdict: Decided,
  { formatReport, makeOutputs }: Pick<typeof import('./ci/github/deliveries.ts'), 'formatReport' | 'makeOutputs'>,
): Verdict {
  const { schemaVersion: _, ...report } = JSON.parse([...formatReport(verdict)].join('')) as Omit<
    Verdict,
    'reference'
  > & {
    schemaVersion: 1;
  };
  return { ...report, reference: makeOutputs(verdict, { report: '', commentUrl: '' }).outputs.reference };
}
