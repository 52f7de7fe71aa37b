import { codeSpan } from '../../base/inert.ts';
import { paragraph, prose } from '../../base/prose.ts';
import type { Check } from '../../expectations/check.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { adviceOnAll } from '../advice.ts';
import { distanceText } from '../distance.ts';
import { type Failed, failedOf, placesText } from '../failed.ts';
import type { Occasion } from '../occasion.ts';
import { table } from './blocks.ts';
import { commitLink, compareLink } from './links.ts';

/** Of one table; the report file has the rest. */
const MAX_ROWS = 25;
/** Longer ones are in the report file. */
const MAX_CELL_CHARS = 200;

/** One row a failed check, and the sentence that says what to do. */
export function formatFailed(verdict: Verdict, occasion: Occasion): string[] {
  const all = failedOf(verdict, occasion.require);
  const shown = verdict.looks.length > 1 ? all.filter(isNoCommit) : all;
  const rows = shown.slice(0, MAX_ROWS).map((failed) => rowOf(failed, verdict, occasion));
  const hasPlaces = rows.some(([, , , places]) => places !== '');
  const head = ['failed', 'expected', 'found', 'on'];
  const more = shown.length - rows.length;
  return [
    ...(hasPlaces
      ? table(head, rows)
      : table(
          head.slice(0, 3),
          rows.map((row) => row.slice(0, 3)),
        )),
    ...(more > 0 ? [`And ${more} more failed checks, which are in the report file.`, ''] : []),
    ...formatAdvice(adviceOnAll(verdict, occasion.require)),
  ];
}

/** Of many images, the heading and their table tell which commit each states. */
function isNoCommit({ check: { topic, actual } }: Failed): boolean {
  return topic !== 'revision' || actual === null || !isCommitId(actual);
}

/** More are in the report file. */
const MAX_ADVICE = 3;

function formatAdvice(advice: readonly string[]): string[] {
  const [only, ...others] = advice.slice(0, MAX_ADVICE).map(paragraph);
  if (only === undefined) return [];
  return others.length === 0
    ? [`**To do:** ${only}`, '']
    : ['**To do:**', '', ...[only, ...others].map((text) => `- ${text}`), ''];
}

function rowOf(failed: Failed, verdict: Verdict, occasion: Occasion): string[] {
  const { check } = failed;
  const places = placesText(failed, verdict.looks.length);
  return [
    nameCell(check),
    expectedCell(check, occasion),
    foundCell(failed, verdict, occasion),
    places.startsWith('all ') || places === ''
      ? places.replace(/^all platforms$/, 'all')
      : codeSpan(places, MAX_CELL_CHARS),
  ];
}

function nameCell({ topic, name }: Check): string {
  if (topic === 'revision') return '**commit**';
  if (topic === 'field' || topic === 'expression')
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
  return codeSpan(condition.replace(/^= /, ''), MAX_CELL_CHARS);
}

function foundCell({ check, places }: Failed, { distances }: Verdict, { links }: Occasion): string {
  const { topic, name, expected, actual, isAbsent, message } = check;
  const [platform] = places[0]?.look.image?.platforms ?? [];
  if (topic === 'signature') return prose(message);
  if (actual === null) {
    if (topic === 'expression') return prose(message.slice(name.length + 1));
    return isAbsent ? 'absent' : 'not shown';
  }
  if (topic === 'expression') return codeSpan(literal(actual), MAX_CELL_CHARS);
  if (topic !== 'revision' && topic !== 'contains-commit') return codeSpan(shortDigest(actual), MAX_CELL_CHARS);
  const distance = distanceText(check, distances);
  const link = commitLink(actual, platform, links);
  if (distance === '') return link;
  const isPlaced = / (older|newer)$/.test(distance);
  return `${link}, ${isPlaced ? compareLink(distance, [actual, expected], undefined, links) : distance}`;
}

/** As the language writes it: a text in quotes. */
function literal(value: string): string {
  return /^(-?[0-9.]+|true|false|\[.*\]|[\w.]+ = .*)$/s.test(value) ? value : JSON.stringify(value);
}

/** Digests side by side would be wider than the page; the report file has them whole. */
export function shortDigest(text: string): string {
  return text.replace(/^(sha256:[a-f0-9]{12})[a-f0-9]{52}$/, '$1…');
}
