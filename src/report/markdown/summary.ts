import { paragraph, prose } from '../../base/prose.ts';
import { formatError } from '../../base/errors.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { nameOf } from '../../gate/verdict.ts';
import { codeSpan } from '../../base/inert.ts';
import { diffImages } from '../diff.ts';
import type { Occasion } from '../occasion.ts';
import { formatComparison } from './comparison.ts';
import { formatDetails } from './details.ts';
import { factsOfRun, formatDigests, formatFactsLine, formatFoot } from './facts.ts';
import { formatFailed } from './failed.ts';
import { bytesOf, charsOf, fit } from './fit.ts';
import { formatHeading } from './heading.ts';
import { formatOverview } from './overview.ts';

/** The runner drops a summary over 1 MiB whole (actions/runner, FileCommandManager.cs). */
const MAX_SUMMARY_BYTES = 900 * 1024;

/** The page of the run: what it says comes first, all that the image says is folded away. */
export function formatSummary(verdict: Verdict, occasion: Occasion): string {
  return fit(formatPage(verdict, occasion, 'summary'), MAX_SUMMARY_BYTES, bytesOf);
}

/** The same for a pull request, without labels; it ends with the run that it speaks of. */
export function formatComment(verdict: Verdict, occasion: Occasion, maxChars: number): string {
  const foot = `\n${formatFoot(occasion)}\n`;
  return fit(formatPage(verdict, occasion, 'comment'), maxChars - foot.length, charsOf) + foot;
}

/** Section by section, as they are asked for: what finds no place on the page is not made. */
function* formatPage(verdict: Verdict, occasion: Occasion, kind: 'summary' | 'comment'): Generator<string> {
  const { looks, comparison } = verdict;
  yield* [formatHeading(verdict, occasion), ''];
  yield* formatErrors(verdict);
  if (looks.length > 1) yield* formatOverview(verdict, occasion);
  yield* formatFailed(verdict, occasion);
  yield* formatFactsLine(verdict, occasion, kind === 'summary' ? factsOfRun(occasion) : []);
  yield* formatDigests(verdict, occasion);
  if (comparison) yield* formatComparison(comparison, diffImages(comparison, looks[0]), occasion.links);
  yield* formatDetails(verdict, occasion, kind === 'summary');
}

/** Of one table; the report file has the rest. */
const MAX_ERRORS = 20;

/** Why there is nothing to tell of an image, each reason once. */
function formatErrors({ error, looks, result }: Verdict): string[] {
  const [only] = looks;
  const texts = error === null ? [] : formatError(error).split('\n');
  if (texts.length > 0) return [...(texts.length === 1 ? texts.map(paragraph) : texts.map(item)), ''];
  // That it does not exist has been said.
  if (only?.error && looks.length === 1)
    return [
      ...paragraphs(only.result === 'missing' ? (only.error.hint ?? formatError(only.error)) : formatError(only.error)),
      '',
    ];
  if (looks.length === 1) return [];
  // With `require: any`, one that could not be read is no reason where another satisfies.
  if (result === 'pass') return [];
  const failed = looks.flatMap((look) => (look.error ? [{ name: nameOf(look), text: formatError(look.error) }] : []));
  const more = failed.length - MAX_ERRORS;
  const told = failed.slice(0, MAX_ERRORS).map(({ name, text }) => `- ${codeSpan(name)}: ${prose(text)}`);
  return told.length === 0
    ? []
    : [...told, ...(more > 0 ? [`- and ${more} more, which are in the report file`] : []), ''];
}

/** A problem: the input that it is about, and a sentence. */
function item(text: string): string {
  const [, input = '', sentence = ''] = /^([^:"]+): (.*)$/s.exec(text) ?? [];
  return input === '' ? `- ${prose(text)}` : `- ${codeSpan(input)}: ${prose(sentence)}`;
}

function paragraphs(text: string): string[] {
  return text.split('\n').flatMap((line, at) => (at === 0 ? [paragraph(line)] : ['', paragraph(line)]));
}
