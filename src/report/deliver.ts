import type { Verdict } from '../verdict.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import type { Links } from './markdown/links.ts';
import { formatSummary } from './markdown/summary.ts';
import { makeOutputs, writeOutputs } from './outputs.ts';
import { redactVerdict } from './redact.ts';
import { formatReport, writeReport } from './report.ts';
import { writeSummary } from './summary.ts';
import { tellVerdict } from './text.ts';

/**
 * Hands a verdict to its readers. Log, report file, summary and comment may fail without changing
 * anything; outputs may not, for later steps act on them.
 *
 * @throws AssertImageError `output`
 */
export async function deliver(found: Verdict, delivery: Delivery): Promise<void> {
  const { mode, log, secrets, env, settings, format } = delivery;
  const verdict = redactVerdict(found, secrets);
  const links = linksOf(delivery);
  tellVerdict(verdict, log, settings?.failOnMismatch ?? true);
  const report = formatReport(verdict);
  if (mode === 'command-line') {
    if (format === 'json') for (const piece of report) process.stdout.write(piece);
    return;
  }
  const file = await attempt('the report file', log, () => writeReport(report, env));
  const commentUrl = await comment(verdict, links, delivery);
  const written = { report: file ?? '', commentUrl };
  const { outputs, notices } = makeOutputs(verdict, written);
  for (const notice of notices) log.annotate('notice', 'assert-image', notice);
  if (settings?.summary ?? true)
    await attempt('the summary', log, () => writeSummary(formatSummary(verdict, links), env));
  writeOutputs(outputs);
}

/** Loaded only where one is wanted. */
async function comment(verdict: Verdict, links: Links, delivery: Delivery): Promise<string> {
  if (delivery.settings === null || delivery.settings.comment === 'never') return '';
  const { writeComment } = await import('./comment.ts');
  return writeComment(verdict, links, delivery);
}

function linksOf({ env }: Delivery): Links {
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
