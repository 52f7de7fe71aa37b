import { type AssertImageError, type FilePlace, formatError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';
import { type Failed, failedOf } from './failed.ts';
import type { Telling } from './occasion.ts';
import { failedText } from './sentence.ts';
import { count } from './units.ts';

/** The runner keeps ten of a type; the last one counts the rest. */
const MAX_FAILURES = { error: 9, warning: 4 } as const;
const MAX_NOTICES = 5;

/** With `require: any`, one that passed is enough; that others could not be read is worth knowing. */
export function annotateUnreadable({ result, looks }: Verdict, log: Log): void {
  if (result !== 'pass') return;
  for (const look of looks.filter(({ error }) => error !== null).slice(0, MAX_NOTICES))
    log.annotate('warning', nameOf(look), formatError(look.error as AssertImageError));
}

/** One for each failed check, and for each image that could not be judged. */
export function annotateFailures(verdict: Verdict, log: Log, telling: Telling): void {
  const { failOnMismatch, require } = telling;
  const { result, looks, error } = verdict;
  if (result === 'pass') return;
  const level = result === 'error' || failOnMismatch ? 'error' : 'warning';
  const problems = error === null ? [] : problemsOf(error);
  const unread = looks.flatMap((look) => (look.error ? [{ name: nameOf(look), text: formatError(look.error) }] : []));
  const failed = failedOf(verdict, require);
  const max = MAX_FAILURES[level];
  const first = [...problems, ...unread].slice(0, max);
  // No text is made that is not told: there can be thousands.
  const rest = failed.slice(0, max - first.length);
  const ofChecks = rest.map((each) => ({ name: nameOfAll(each), text: failedText(each, verdict, telling) }));
  for (const { name, text, place } of [...first, ...ofChecks] as Annotation[])
    log.annotate(level, `assert-image ${name}`.trim(), text, place);
  // Inputs stand nowhere else in the log.
  for (const { text } of problems.slice(max)) log.line(`error: ${text}`);
  const more = problems.length + unread.length + failed.length - max;
  if (more > 0) log.annotate(level, 'assert-image', `${count(more, 'more failure')}: see the log or the summary.`);
}

interface Annotation {
  /** The image; empty where it is about none. */
  readonly name: string;
  readonly text: string;
  readonly place?: FilePlace | undefined;
}

/** Each wrong input by itself; one in a file with its place there. */
function problemsOf(error: AssertImageError): Annotation[] {
  const lines = formatError(error).split('\n');
  return lines.map((text, at) => ({ name: '', text, place: error.places[at] ?? undefined }));
}

/** The image, or how many there are. */
function nameOfAll({ places }: Failed): string {
  const [first, ...others] = places;
  if (first === undefined) return '';
  return others.length === 0 ? nameOf(first.look) : `${nameOf(first.look)} and ${others.length} more`;
}

export function annotateNotices(looks: readonly Look[], log: Log): void {
  const notices = looks.flatMap((look) => look.notices.map((text) => ({ name: nameOf(look), text })));
  const distinct = [...new Map(notices.map((notice) => [notice.text, notice])).values()];
  for (const { name, text } of distinct.slice(0, MAX_NOTICES)) log.annotate('notice', name, text);
  const more = distinct.slice(MAX_NOTICES);
  if (more.length > 0)
    log.group(
      count(more.length, 'more notice'),
      more.map(({ name, text }) => `${name}: ${text}`),
    );
  for (const look of looks.filter(({ image }) => (image?.unchecked.length ?? 0) > 0).slice(0, MAX_NOTICES)) {
    const unchecked = look.image?.unchecked.join(', ');
    log.annotate('warning', nameOf(look), `not checked, because platforms does not name them: ${unchecked}.`);
  }
}
