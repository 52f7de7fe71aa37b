import { codeSpan } from '../../base/inert.ts';
import { paragraph, prose } from '../../base/prose.ts';
import type { Check } from '../../expectations/check.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { type Advice, adviceOnAll } from '../advice.ts';
import { distanceText } from '../distance.ts';
import { type Failed, failedOf, placesText } from '../failed.ts';
import type { Occasion } from '../occasion.ts';
import { table } from './blocks.ts';
import { commitLink, compareLink } from './links.ts';

/** Of one table; the report file has the rest. */
const MAX_ROWS = 25;
/** Longer ones are in the report file. */
const MAX_CELL_CHARS = 200;

/** One row a failed check, and what to do. */
export function formatFailed(verdict: Verdict, occasion: Occasion): string[] {
  const all = failedOf(verdict, occasion.require);
  const shown = verdict.looks.length > 1 ? all.filter(isNoCommit) : all;
  const rows = shown.slice(0, MAX_ROWS).map((failed) => rowOf(failed, verdict, occasion));
  const hasPlaces = rows.some(([, , , places]) => places !== '');
  const head = ['failed', 'expected', 'found', 'on'];
  const width = hasPlaces || (verdict.looks[0]?.image?.platforms.length ?? 0) > 1 ? 4 : 3;
  const more = shown.length - rows.length;
  return [
    ...table(
      head.slice(0, width),
      rows.map((row) => row.slice(0, width).map((cell, at) => (at === 3 && cell === '' ? 'all' : cell))),
    ),
    ...(more > 0 ? [`And ${more} more failed checks, which are in the report file.`, ''] : []),
    ...formatAdvice(adviceOnAll(verdict, occasion)),
  ];
}

/** Of many images, the heading and their table tell which commit each states. */
function isNoCommit({ check: { topic, actual } }: Failed): boolean {
  return topic !== 'revision' || actual === null || !isCommitId(actual);
}

/** More are in the report file. */
const MAX_ADVICE = 3;

function formatAdvice(advice: readonly Advice[]): string[] {
  const [only, ...others] = advice;
  if (only === undefined) return [];
  if (others.length === 0) return [`**To do:** ${paragraph(only.text)}`, ''];
  // Of several, each says what it is about.
  const items = advice
    .slice(0, MAX_ADVICE)
    .map(({ text, of }) => `- ${of === null ? '' : `${nameCell(of)}: `}${paragraph(text)}`);
  const more = advice.length - items.length;
  return ['**To do:**', '', ...items, ...(more > 0 ? [`- and ${more} more, which are in the log`] : []), ''];
}

function rowOf(failed: Failed, verdict: Verdict, occasion: Occasion): string[] {
  const { check } = failed;
  const places = placesText(failed, verdict.looks);
  return [
    nameCell(check),
    expectedCell(check, occasion),
    foundCell(failed, verdict, occasion),
    places === '' || places === 'all images' ? places : codeSpan(places, MAX_CELL_CHARS),
  ];
}

function nameCell({ topic, name }: Check): string {
  if (topic === 'revision') return '**commit**';
  if (topic === 'field' || topic === 'expression' || topic === 'platform')
    return codeSpan(name.replace(/^label org\.opencontainers\./, '…'), MAX_CELL_CHARS);
  return `**${topic}**`;
}

function expectedCell({ topic, name, expectation, expected }: Check, { links, isOwnCommit }: Occasion): string {
  switch (topic) {
    case 'revision':
      return `${commitLink(expected, undefined, links)}${isOwnCommit ? ' (this run)' : ''}`;
    case 'contains-commit':
      return commitLink(expected, undefined, links);
    case 'expression':
      return 'true';
    case 'field':
      return requirementCell(expectation, name, expected);
    default:
      return codeSpan(shortDigest(expected), MAX_CELL_CHARS);
  }
}

/** The value alone for equality, the operator in front for everything else; words for presence. */
function requirementCell(expectation: string, name: string, expected: string): string {
  if (expectation === name || expectation === `!${name}`) return expected;
  const condition = expectation.startsWith(`${name} `) ? expectation.slice(name.length + 1) : expected;
  const cell = codeSpan(condition.replace(/^= /, ''), MAX_CELL_CHARS);
  return condition.startsWith('=~ ') ? `${cell}, whole` : cell;
}

function foundCell({ check, places }: Failed, { distances }: Verdict, { links }: Occasion): string {
  const { topic, name, expected, actual, isAbsent, message, remark } = check;
  const [platform] = places[0]?.look.image?.platforms ?? [];
  if (actual === null) {
    if (topic === 'signature') return prose(message);
    if (topic === 'expression') return prose(message.slice(name.length + 1).replace(/^is /, ''));
    return isAbsent ? 'absent' : 'not shown';
  }
  if (topic === 'expression') return codeSpan(actual, MAX_CELL_CHARS);
  const isCommit = topic === 'revision' || topic === 'contains-commit' || topic === 'signature';
  if (!isCommit || !isCommitId(actual)) return codeSpan(shortDigest(actual), MAX_CELL_CHARS);
  const link = commitLink(actual, platform, links);
  if (topic === 'signature') return `signed for ${link}`;
  const distance = remark ?? distanceText(check, distances);
  if (distance === '') return link;
  const between = distance.endsWith(' newer') ? ([expected, actual] as const) : ([actual, expected] as const);
  const isPlaced = / (older|newer|behind)$/.test(distance);
  return `${link}, ${isPlaced ? compareLink(distance, between, undefined, links) : distance}`;
}

/** Digests side by side would be wider than the page; the report file has them whole. */
export function shortDigest(text: string): string {
  return text.replace(/^(sha256:[a-f0-9]{12})[a-f0-9]{52}$/, '$1…');
}
