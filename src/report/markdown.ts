import { markdownTable } from 'markdown-table';
import { formatError } from '../errors.ts';
import type { Check } from '../expectations/check.ts';
import { formatPinned, formatReference } from '../reference/reference.ts';
import type { Look, Verdict } from '../verdict.ts';
import { codeSpan } from './inert.ts';

/** The runner drops a summary over 1 MiB whole (catalogue I-11). */
const MAX_BYTES = 900 * 1024;
const MARKS = { pass: '✅', fail: '❌', missing: '❌', error: '⚠️' } as const;

/** The summary: verdict and digest first, outside of anything that an image can write into. */
export function formatSummary(verdict: Verdict): string {
  const head = [`## ${MARKS[verdict.result]} assert-image: ${verdict.result}`, ''];
  const problem = verdict.error ? [quote(formatError(verdict.error)), ''] : [];
  return fit([...head, ...problem, ...verdict.looks.flatMap(formatLook)]);
}

function formatLook(look: Look): string[] {
  const { reference, result, image, checks, notices, error } = look;
  return [
    `### ${MARKS[result]} ${codeSpan(formatReference(reference))}`,
    '',
    ...(error ? [quote(formatError(error)), ''] : []),
    ...(image ? [`Resolved to ${codeSpan(formatPinned(reference, image.digest))}`, ''] : []),
    ...(image?.platforms ?? []).flatMap(({ name }) =>
      formatChecks(
        name,
        checks.filter(({ platform }) => platform === name),
      ),
    ),
    ...formatChecks(
      'image',
      checks.filter(({ platform }) => !image?.platforms.some(({ name }) => name === platform)),
    ),
    ...notices.flatMap((notice) => [`- ${codeSpan(notice)}`]),
    '',
  ];
}

function formatChecks(title: string, checks: readonly Check[]): string[] {
  if (checks.length === 0) return [];
  const rows = checks.map(({ holds, expectation, expected, actual, message }) => [
    holds ? '✅' : '❌',
    codeSpan(expectation, 200),
    codeSpan(expected, 200),
    actual === null ? '' : codeSpan(actual, 200),
    message === '' ? '' : codeSpan(message, 300),
  ]);
  const table = markdownTable([['', 'expectation', 'expected', 'actual', 'why'], ...rows], {
    padding: false,
    alignDelimiters: false,
  });
  return [codeSpan(title), '', ...table.split('\n'), ''];
}

/** Free text of ours that may quote others: one code block, which backticks inside cannot end. */
function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${codeSpan(line, 1000)}`)
    .join('\n>\n');
}

/** As many whole lines as fit. */
function fit(lines: readonly string[]): string {
  let bytes = 0;
  const kept: string[] = [];
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_BYTES)
      return [...kept, '', `Cut here: ${lines.length - kept.length} more lines; the report file has it all.`].join(
        '\n',
      );
    kept.push(line);
  }
  return kept.join('\n');
}
