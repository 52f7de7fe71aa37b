import { formatError } from '../../base/errors.ts';
import { formatPinned } from '../../reference/reference.ts';
import { type Look, nameOf, type Result, type Verdict } from '../../gate/verdict.ts';
import { diffImages } from '../diff.ts';
import { codeSpan } from '../../base/inert.ts';
import { folded } from './blocks.ts';
import { formatComparison } from './comparison.ts';
import { bytesOf, charsOf, fit } from './fit.ts';
import { formatOverview, MARKS } from './overview.ts';
import { formatChecks, formatFacts, formatLabels } from './image.ts';
import type { Links } from './links.ts';

/** The runner drops a summary over 1 MiB whole (actions/runner, FileCommandManager.cs). */
const MAX_SUMMARY_BYTES = 900 * 1024;

const MEANINGS: Readonly<Record<Result, string>> = {
  pass: 'every expectation holds',
  fail: 'an expectation does not hold',
  missing: 'the image does not exist',
  error: 'we could not tell',
};

/** The page of the run: verdict and digest first, outside of anything that an image can write into. */
export function formatSummary(verdict: Verdict, links: Links): string {
  return fit(formatPage(verdict, links, true), MAX_SUMMARY_BYTES, bytesOf);
}

/** The same for a pull request, without labels. */
export function formatComment(verdict: Verdict, links: Links, maxChars: number): string {
  return fit(formatPage(verdict, links, false), maxChars, charsOf);
}

function formatHead({ result, error, looks }: Verdict): string[] {
  const only = looks.length === 1 ? looks[0] : undefined;
  return [
    `## ${MARKS[result]} assert-image: ${result} – ${MEANINGS[result]}`,
    '',
    ...(error ? [...lines(formatError(error)), ''] : []),
    ...(result === 'pass' && only?.image && only.reference
      ? [
          `Deploy ${codeSpan(formatPinned(only.reference, only.image.digest))}, the output \`reference\` of this step.`,
          '',
        ]
      : []),
  ];
}

/** Section by section, as they are asked for: what finds no place on the page is not made. */
function* formatPage(verdict: Verdict, links: Links, withLabels: boolean): Generator<string> {
  const { looks, comparison } = verdict;
  yield* formatHead(verdict);
  if (looks.length > 1) yield* formatOverview(looks, links);
  for (const look of looks) {
    const section = formatLook(look, links, { withLabels, isOnly: looks.length === 1 });
    // Of many, what is well is folded away.
    yield* looks.length > 1 && look.result === 'pass' ? folded('passed', section) : section;
  }
  if (comparison) yield* formatComparison(comparison, diffImages(comparison, looks[0]), links);
}

function formatLook(
  look: Look,
  links: Links,
  { withLabels, isOnly }: { withLabels: boolean; isOnly: boolean },
): string[] {
  const { reference, result, image, checks, notices, error } = look;
  // Of a single image that passes, the head has said it.
  const pinned =
    image && reference && !(isOnly && result === 'pass') ? codeSpan(formatPinned(reference, image.digest)) : null;
  return [
    `### ${MARKS[result]} ${codeSpan(nameOf(look))}`,
    '',
    ...(error ? [...lines(formatError(error)), ''] : []),
    ...(pinned === null ? [] : [`It is ${pinned}.`, '']),
    ...formatChecks(checks),
    ...formatFacts(look, links, look.provenance),
    ...(image && withLabels ? formatLabels(image) : []),
    ...notices.flatMap((notice) => [`- ${codeSpan(notice)}`]),
    ...(notices.length === 0 ? [] : ['']),
  ];
}

/** Our own sentences, which may quote others: each a code span, which nothing inside can leave. */
function lines(text: string): string[] {
  return text.split('\n').flatMap((line, at) => [...(at === 0 ? [] : ['>']), `> ${codeSpan(line, 1000)}`]);
}
