import { tmpdir } from 'node:os';
import type { Log } from '../../base/log.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { cleanVerdict } from '../../report/clean.ts';
import { writeReport } from '../../report/file.ts';
import { formatReport } from '../../report/json.ts';
import { formatSummary } from '../../report/markdown/summary.ts';
import { type Links, type Occasion, occasionOf, tellingOf } from '../../report/occasion.ts';
import { makeOutputs } from '../../report/outputs.ts';
import { logVerdict } from '../../report/text.ts';
import type { Delivery } from './delivery.ts';
import { writeOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';

/**
 * Hands a verdict to its readers. Log, report file, summary and comment may fail without changing
 * anything; outputs may not, for later steps act on them.
 *
 * @throws AssertImageError `output`
 */
export async function deliver(found: Verdict, delivery: Delivery): Promise<void> {
  const { asked, log, secrets, env, run } = delivery;
  const verdict = cleanVerdict(found, { secrets, hints: run.hints });
  const occasion = occasionOfRun(delivery);
  logVerdict(verdict, log, tellingOf(asked?.settings ?? null, run));
  const folder = env['RUNNER_TEMP'] || tmpdir();
  const report = await attempt('the report file', log, () => writeReport(formatReport(verdict), folder));
  const commentUrl = await comment(verdict, occasion, delivery);
  const { outputs, notices } = makeOutputs(verdict, { report: report ?? '', commentUrl });
  for (const notice of notices) log.annotate('notice', 'assert-image', notice);
  await summarise(verdict, occasion, delivery);
  writeOutputs(outputs, env);
}

/** Loaded only where one is wanted. */
export async function comment(verdict: Verdict, occasion: Occasion, delivery: Delivery): Promise<string> {
  if (delivery.asked === null || delivery.asked.settings.comment === 'never') return '';
  const { writeComment } = await import('./comment.ts');
  return writeComment(verdict, occasion, { ...delivery, asked: delivery.asked });
}

export async function summarise(
  verdict: Verdict,
  occasion: Occasion,
  { asked, log, env }: Pick<Delivery, 'asked' | 'log' | 'env'>,
): Promise<void> {
  if (asked?.settings.summary ?? true)
    await attempt('the summary', log, () => writeSummary(formatSummary(verdict, occasion), env));
}

/** Of a step of a workflow. */
export function occasionOfRun({ asked, run, env }: Pick<Delivery, 'asked' | 'run' | 'env'>): Occasion {
  const runNumber = env['GITHUB_RUN_NUMBER'];
  const told = { links: linksOf(env), runNumber, tookMs: performance.now(), now: new Date() };
  return occasionOf(asked?.settings ?? null, run, told);
}

function linksOf(env: NodeJS.ProcessEnv): Links {
  const serverUrl = /^https?:\/\/[A-Za-z0-9.:-]+\/*$/.test(env['GITHUB_SERVER_URL'] ?? '')
    ? (env['GITHUB_SERVER_URL'] as string)
    : '';
  return { serverUrl: serverUrl.replace(/\/+$/, ''), repository: env['GITHUB_REPOSITORY'] ?? '' };
}

async function attempt<T>(what: string, log: Log, write: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    log.annotate('warning', 'assert-image', `${what} could not be written: ${(error as Error).message}`);
    return undefined;
  }
}
