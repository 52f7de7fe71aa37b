import { formatError } from '../base/errors.ts';
import { type Look, nameOf, type Result, type Verdict } from '../gate/verdict.ts';
import type { Identity } from '../provenance/identity.ts';
import { annotateFailures, annotateUnreadable, MAX_ANNOTATIONS } from './annotations.ts';
import { logComparison } from './comparison.ts';
import { quoted } from '../base/inert.ts';
import type { Log } from '../base/log.ts';
import { tableLines } from './table.ts';
import { count } from './units.ts';

/** Of checks, in the log of one image and of all together; the report file has the rest. */
const MAX_LINES = 1000;
const MAX_LINES_OF_ALL = 5000;
const MARKS: Readonly<Record<Result, string>> = { pass: '✓', fail: '✗', missing: '✗', error: '!' };

/** Tells a verdict: its line first and last, one line an image, one a failure, the rest folded away. */
export function logVerdict(verdict: Verdict, log: Log, failOnMismatch: boolean): void {
  const line = verdictLine(verdict);
  log.line(line);
  logLooks(verdict, log, { isBrief: false });
  annotateFailures(verdict, log, failOnMismatch);
  annotateUnreadable(verdict, log);
  if (verdict.looks.length > 0) log.line(line);
}

/** The same for a command: each thing once, and the verdict line is left to come last. */
export function tellFindings(verdict: Verdict, log: Log, isQuiet: boolean): void {
  if (isQuiet) for (const look of failedOf(verdict)) logFailure(look, log, { left: MAX_LINES_OF_ALL });
  else {
    logLooks(verdict, log, { isBrief: isTold(verdict.looks) });
    annotateUnreadable(verdict, log);
  }
  if (verdict.error) log.annotate('error', 'assert-image', formatError(verdict.error));
}

/** Of several of one repository, what passed stands in their table: it has their tags and digests. */
function isTold(looks: readonly Look[]): boolean {
  const repositories = new Set(
    looks.map(({ reference }) => reference && `${reference.registry}/${reference.repository}`),
  );
  return looks.length > 1 && repositories.size === 1;
}

/** With `require: any`, what does not satisfy is no reason for anything. */
function failedOf({ result, looks }: Verdict): readonly Look[] {
  return result === 'pass' ? [] : looks.filter((look) => look.result !== 'pass');
}

function logLooks(verdict: Verdict, log: Log, { isBrief }: { readonly isBrief: boolean }): void {
  const { waited, skipped } = verdict;
  if (waited) log.line(`  waited ${waited.seconds} s, ${count(waited.looks, 'look')}`);
  if (verdict.looks.length > 1) for (const row of tableLines(verdict.looks)) log.line(row);
  const lines = { left: MAX_LINES_OF_ALL };
  for (const look of verdict.looks) {
    if (!isBrief || look.result !== 'pass') logFailure(look, log, lines);
    if (!isBrief) logPassed(look, log, lines);
    annotateLook(look, log);
  }
  if (skipped.length > 0) {
    log.group(
      `${skipped.length} skipped: no container image`,
      skipped.map(({ name, reason }) => `${name}: ${reason}`),
    );
  }
  if (verdict.comparison) logComparison(verdict.comparison, verdict, log);
}

export function verdictLine({ result, looks, error }: Verdict): string {
  const images = looks.length === 1 ? nameOf(looks[0] as Look) : `${looks.length} images`;
  const failed = looks.flatMap(({ checks }) => checks.filter(({ holds }) => !holds)).length;
  const all = looks.flatMap(({ checks }) => checks).length;
  if (error) return 'assert-image: error: nothing was looked at.';
  switch (result) {
    case 'pass':
      return `assert-image: pass: ${images}, ${count(all, 'check')} passed.`;
    case 'fail':
      return `assert-image: fail: ${images}, ${failed} of ${count(all, 'check')} failed.`;
    case 'missing':
      return `assert-image: missing: ${images}${looks.length === 1 ? ' does not exist' : ', of which at least one does not exist'}.`;
    case 'error':
      return `assert-image: error: ${images} could not be judged.`;
  }
}

/** The line of an image, and a few of each check that failed. */
function logFailure(look: Look, log: Log, lines: { left: number }): void {
  const { result, image, checks, provenance, error } = look;
  const name = nameOf(look);
  const platforms = image?.platforms.map((platform) => platform.name).join(', ');
  log.line(
    image && error === null
      ? `${MARKS[result]} ${name} is ${image.digest} (${platforms || 'no platform checked'})`
      : `${MARKS[result]} ${name}: ${error ? formatError(error) : result}`,
  );
  if (provenance?.identity) log.line(`  ${signedBy(provenance.identity)}`);
  const failed = checks.filter(({ holds }) => !holds);
  const told = failed.slice(0, takeLines(lines, failed.length));
  for (const check of told) {
    log.line(`  ✗ ${check.platform ?? 'image'}: ${check.message}`);
    log.line(`    expected: ${quoted(check.expectation)}`);
    log.line(`    actual:   ${check.actual === null ? '(absent or not shown)' : quoted(check.actual)}`);
  }
  if (failed.length > told.length) log.line(`  … ${failed.length - told.length} more`);
}

function logPassed({ checks }: Look, log: Log, lines: { left: number }): void {
  const passed = checks.filter(({ holds }) => holds);
  const shown = passed.slice(0, takeLines(lines, passed.length));
  if (passed.length > 0) {
    const more = passed.length > shown.length ? [`… ${passed.length - shown.length} more`] : [];
    const told = shown.map(({ platform, expectation }) => `✓ ${platform ?? 'image'}: ${quoted(expectation)}`);
    log.group(`${count(passed.length, 'check')} passed`, [...told, ...more]);
  }
}

function annotateLook(look: Look, log: Log): void {
  const { image, notices } = look;
  const name = nameOf(look);
  for (const notice of notices.slice(0, MAX_ANNOTATIONS)) log.annotate('notice', name, notice);
  if (notices.length > MAX_ANNOTATIONS)
    log.group(count(notices.length - MAX_ANNOTATIONS, 'more notice'), notices.slice(MAX_ANNOTATIONS));
  if (image && image.unchecked.length > 0) {
    log.annotate('warning', name, `not checked, for platforms does not name them: ${image.unchecked.join(', ')}.`);
  }
}

/** Who vouches for what, in one line; never that the content was built from that commit. */
function signedBy({ signer, revision, run }: Identity): string {
  const where = run === null ? '' : ` (run ${quoted(run)})`;
  return `signed: a run of ${quoted(signer)} about commit ${quoted(revision ?? '')} signed this digest${where}`;
}

/** How many of so many lines there is room for. */
function takeLines(lines: { left: number }, wanted: number): number {
  const taken = Math.min(wanted, MAX_LINES, lines.left);
  lines.left -= taken;
  return taken;
}
