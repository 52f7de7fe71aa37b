import { formatError } from '../base/errors.ts';
import { quoted } from '../base/inert.ts';
import type { Log } from '../base/log.ts';
import { type Look, nameOf, type Result, type Verdict } from '../gate/verdict.ts';
import type { Identity } from '../provenance/identity.ts';
import { annotateFailures, annotateNotices, annotateUnreadable } from './annotations.ts';
import { logComparison } from './comparison.ts';
import { failedOf } from './failed.ts';
import type { Telling } from './occasion.ts';
import { failedText } from './sentence.ts';
import { tableLines } from './table.ts';
import { wrongInputs } from './problems.ts';
import { count, expectationsOf } from './units.ts';

/** Of failed checks and of checks that passed; the report file has the rest. */
const MAX_LINES = 1000;
const MARKS: Readonly<Record<Result, string>> = { pass: '✓', fail: '✗', missing: '✗', error: '!' };

/** Tells a verdict in the runner's log, each thing once: a line an image, a line a failed check, the verdict last. */
export function logVerdict(verdict: Verdict, log: Log, telling: Telling): void {
  tellLooks(verdict, log, telling);
  annotateFailures(verdict, log, telling);
  annotateUnreadable(verdict, log);
  log.line(verdictLine(verdict));
}

/** The same for a command, where the verdict line is left to come last. */
export function tellFindings(verdict: Verdict, log: Log, telling: Telling): void {
  tellLooks(verdict, log, telling);
  if (!telling.isQuiet) annotateUnreadable(verdict, log);
  for (const line of verdict.error ? formatError(verdict.error).split('\n') : [])
    log.annotate('error', 'assert-image', line);
}

function tellLooks(verdict: Verdict, log: Log, telling: Telling): void {
  const { waited, looks, skipped, comparison } = verdict;
  const { isQuiet } = telling;
  if (waited && !isQuiet) log.line(`waited ${waited.seconds} s, ${count(waited.looks, 'look')}`);
  if (looks.length > 1) {
    // With `require: any`, what does not satisfy is no reason for anything.
    const shown = isQuiet ? (verdict.result === 'pass' ? [] : looks.filter(({ result }) => result !== 'pass')) : looks;
    for (const line of tableLines(shown, telling)) log.line(line);
  } else for (const look of looks) if (!isQuiet || look.result !== 'pass') log.line(lineOf(look));
  if (looks.length > 1) tellErrors(verdict, log);
  tellFailed(verdict, log, telling);
  if (isQuiet) return;
  tellPassed(looks, log);
  annotateNotices(looks, log);
  if (skipped.length > 0)
    log.group(
      `${skipped.length} skipped: not a container image`,
      skipped.map(({ name, reason }) => `${name}: ${reason}`),
    );
  if (comparison) logComparison(comparison, verdict, log);
}

export function verdictLine({ result, looks, error }: Verdict): string {
  const images = looks.length === 1 ? nameOf(looks[0] as Look) : `${looks.length} images`;
  // Each expectation once, on however many platforms it was checked.
  const all = looks.reduce((sum, { checks }) => sum + expectationsOf(checks), 0);
  const failed = looks.reduce((sum, { checks }) => sum + expectationsOf(checks.filter(({ holds }) => !holds)), 0);
  if (error) return `assert-image: error: ${errorText(wrongInputs(error))}.`;
  const missing = looks.filter((look) => look.result === 'missing').length;
  switch (result) {
    case 'pass':
      return `assert-image: pass: ${images}, ${count(all - failed, 'check')} passed.`;
    case 'fail':
      return `assert-image: fail: ${images}, ${failed} of ${count(all, 'check')} failed.`;
    case 'missing':
      return `assert-image: missing: ${looks.length === 1 ? `${images} does not exist` : `${missing} of ${images} ${missing === 1 ? 'does' : 'do'} not exist`}.`;
    case 'error':
      return `assert-image: error: ${looks.length === 1 ? images : `${looks.filter((look) => look.result === 'error').length} of ${images}`} could not be checked.`;
  }
}

function errorText(inputs: number): string {
  if (inputs === 0) return 'the image could not be checked';
  return inputs === 1 ? '1 input is wrong' : `${inputs} inputs are wrong`;
}

/** What one reference is. */
function lineOf(look: Look): string {
  const { result, image, error, provenance } = look;
  const name = nameOf(look);
  if (!image || error !== null) {
    const text = error ? formatError(error) : result;
    return `${MARKS[result]} ${text.startsWith(`${name} `) ? '' : `${name}: `}${text}`;
  }
  const platforms = image.platforms.map((platform) => platform.name).join(', ');
  const signed = provenance?.identity ? `; ${signedBy(provenance.identity)}` : '';
  return `${MARKS[result]} ${name} is ${image.digest} (${platforms || 'no platform checked'})${signed}`;
}

/** Who vouches for what, in one line; never that the content was built from that commit. */
function signedBy({ signer, revision, run }: Identity): string {
  const where = run === null ? '' : ` (run ${quoted(run)})`;
  return `signed: a run of ${quoted(signer)} about commit ${quoted(revision ?? '')} signed this digest${where}`;
}

/** Of several: why those that could not be read could not. */
function tellErrors({ looks, result }: Verdict, log: Log): void {
  if (result === 'pass') return;
  for (const look of looks) if (look.error) log.line(lineOf(look));
}

function tellFailed(verdict: Verdict, log: Log, telling: Telling): void {
  const failed = failedOf(verdict, telling.require);
  for (const each of failed.slice(0, MAX_LINES)) log.line(`  ✗ ${failedText(each, verdict, telling)}`);
  if (failed.length > MAX_LINES) log.line(`  … ${failed.length - MAX_LINES} more`);
}

/** Each expectation once, however many images and platforms it holds on. */
function tellPassed(looks: readonly Look[], log: Log): void {
  const passed = looks.flatMap(({ checks }) => checks.filter(({ holds }) => holds));
  if (passed.length === 0) return;
  const expectations = [...new Set(passed.map(({ expectation }) => expectation))];
  const told = expectations.slice(0, MAX_LINES).map((expectation) => `✓ ${expectation}`);
  const more = expectations.length - told.length;
  log.group(`${count(expectations.length, 'check')} passed`, [...told, ...(more > 0 ? [`… ${more} more`] : [])]);
}
