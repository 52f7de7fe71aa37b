import type { Secrets } from '../secrets.ts';
import type { Settings } from '../settings/settings.ts';
import type { Verdict } from '../verdict.ts';
import type { Log } from './log.ts';
import { formatSummary } from './markdown.ts';
import { makeOutputs, writeOutputs } from './outputs.ts';
import { redactVerdict } from './redact.ts';
import { formatReport, makeReport, writeReport } from './report.ts';
import { writeSummary } from './summary.ts';
import { tellVerdict } from './text.ts';

/** What a report is written with. `settings` is null while the inputs are not understood. */
export interface Delivery {
  readonly mode: 'action' | 'command-line';
  readonly log: Log;
  readonly secrets: Secrets;
  readonly env: NodeJS.ProcessEnv;
  settings: Settings | null;
  format: 'text' | 'json';
}

/**
 * Hands a verdict to its readers. Log, report file and summary may fail without changing anything;
 * outputs may not, for later steps act on them.
 *
 * @throws AssertImageError `output`
 */
export async function deliver(found: Verdict, delivery: Delivery): Promise<void> {
  const { mode, log, secrets, env, settings, format } = delivery;
  const verdict = redactVerdict(found, secrets);
  tellVerdict(verdict, log, settings?.failOnMismatch ?? true);
  const report = secrets.redactDeep(makeReport(verdict));
  if (mode === 'command-line') {
    if (format === 'json') process.stdout.write(formatReport(report));
    return;
  }
  const file = await attempt('the report file', log, () => writeReport(report, env));
  const { outputs, notices } = makeOutputs(verdict, settings?.expectations.revisionFrom ?? [], file ?? '', secrets);
  for (const notice of notices) log.annotate('notice', 'assert-image', notice);
  if (settings?.summary ?? true) await attempt('the summary', log, () => writeSummary(formatSummary(verdict), secrets));
  writeOutputs(outputs);
}

async function attempt<T>(what: string, log: Log, write: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    log.annotate('warning', 'assert-image', `${what} could not be written: ${(error as Error).message}`);
    return undefined;
  }
}
