import { tmpdir } from 'node:os';
import type { Log } from '../../base/log.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { cleanVerdict } from '../../report/clean.ts';
import { writeReport } from '../../report/file.ts';
import { formatReport } from '../../report/json.ts';
import type { Links } from '../../report/markdown/links.ts';
import { formatSummary } from '../../report/markdown/summary.ts';
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
  const links = linksOf(env);
  logVerdict(verdict, log, asked?.settings.failOnMismatch ?? true);
  const folder = env['RUNNER_TEMP'] || tmpdir();
  const report = await attempt('the report file', log, () => writeReport(formatReport(verdict), folder));
  const commentUrl = await comment(verdict, links, delivery);
  const { outputs, notices } = makeOutputs(verdict, { report: report ?? '', commentUrl });
  for (const notice of notices) log.annotate('notice', 'assert-image', notice);
  await summarise(verdict, links, delivery);
  writeOutputs(outputs, env);
}

/** Loaded only where one is wanted. */
export async function comment(verdict: Verdict, links: Links, delivery: Delivery): Promise<string> {
  if (delivery.asked === null || delivery.asked.settings.comment === 'never') return '';
  const { writeComment } = await import('./comment.ts');
  return writeComment(verdict, links, { ...delivery, asked: delivery.asked });
}

export async function summarise(
  verdict: Verdict,
  links: Links,
  { asked, log, env }: Pick<Delivery, 'asked' | 'log' | 'env'>,
): Promise<void> {
  if (asked?.settings.summary ?? true)
    await attempt('the summary', log, () => writeSummary(formatSummary(verdict, links), env));
}

export function linksOf(env: NodeJS.ProcessEnv): Links {
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
