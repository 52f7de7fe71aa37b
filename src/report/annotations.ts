import { type AssertImageError, formatError } from '../base/errors.ts';
import { quoted } from '../base/inert.ts';
import type { Log } from '../base/log.ts';
import { nameOf, type Verdict } from '../gate/verdict.ts';
import { type Failure, failuresOf } from './failures.ts';
import { count } from './units.ts';

/** The rest is counted; the runner keeps ten of a type. */
export const MAX_ANNOTATIONS = 5;

/** With `require: any`, one that passed is enough; that others could not be read is worth knowing. */
export function annotateUnreadable({ result, looks }: Verdict, log: Log): void {
  if (result !== 'pass') return;
  for (const look of looks.filter(({ error }) => error !== null).slice(0, MAX_ANNOTATIONS))
    log.annotate('warning', nameOf(look), formatError(look.error as AssertImageError));
}

export function annotateFailures(verdict: Verdict, log: Log, failOnMismatch: boolean): void {
  const failures = failuresOf(verdict);
  const level = verdict.result === 'error' || failOnMismatch ? 'error' : 'warning';
  for (const failure of failures.slice(0, MAX_ANNOTATIONS)) log.annotate(level, titleOf(failure), textOf(failure));
  const more = failures.length - MAX_ANNOTATIONS;
  if (more > 0) log.annotate(level, 'assert-image', `${count(more, 'more failure')}: see the log or the summary.`);
}

function titleOf({ image, platform }: Failure): string {
  return ['assert-image', image, platform].filter(Boolean).join(' ');
}

function textOf({ message, actual, expected }: Failure): string {
  if (expected === null) return message;
  return `${message} Expected: ${quoted(expected)}. Actual: ${actual === null ? 'absent or not shown' : quoted(actual)}.`;
}
