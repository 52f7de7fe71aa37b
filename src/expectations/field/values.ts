import { AssertImageError } from '../../base/errors.ts';
import type { Pattern, PatternParser } from './pattern.ts';

const QUOTE_AT_AN_END = /^['`“”‘’]|["'`“”‘’]$/;

/** Behind a negative operator it would hold by accident: no image has the comment or the quotes in its value. */
export function assertIsMeant(text: string, what: 'value' | 'item' | 'pattern'): void {
  if (what !== 'pattern' && text.startsWith('"')) return;
  const other = what === 'pattern' ? "write [ ]# or ['] for what is meant" : `write the ${what} as a JSON string`;
  if (/\s#/.test(text))
    throw lineError(`a comment would be part of the ${what}`, `Put it on a line of its own, or ${other}.`);
  if (QUOTE_AT_AN_END.test(text)) throw lineError(`the quotes are part of the ${what}`, `Leave them out, or ${other}.`);
}

/** The same of a key: no image has a label of that name. */
export function assertKeyIsMeant(text: string, key: string): void {
  if (text.startsWith('"') || !(QUOTE_AT_AN_END.test(key) || /^\$|[,;:]$/.test(key))) return;
  throw lineError(
    `no image has ${JSON.stringify(key.slice(0, 60))}, so that it could not fail`,
    'If it is meant, write the key as a JSON string.',
  );
}

export function readValue(text: string): string {
  if (text === '')
    throw lineError(
      'the value is empty',
      'Did an expression evaluate to nothing? If an empty value is meant, write "" behind the operator.',
    );
  if (text.startsWith('"')) return readJsonString(text);
  if (/^[=~]/.test(text)) throw lineError('the value begins with "=" or "~"', 'Write it as a JSON string.');
  return text;
}

export function readPattern(text: string, parsePattern: PatternParser): Pattern {
  if (text === '') throw lineError('the pattern is empty', 'Did an expression evaluate to nothing?');
  if (/^(".*"|'.*')$/s.test(text))
    throw lineError(
      'the quotes are part of the pattern',
      'Patterns are raw: leave the quotes out, or write \\x22 for one.',
    );
  return parsePattern(text);
}

const ITEM = /\s*("(?:[^"\\]|\\.)*"|[^,()"]*)\s*/y;

export function readList(text: string, isNegative: boolean): string[] {
  if (!text.startsWith('(') || !text.endsWith(')'))
    throw lineError('a list stands in parentheses', 'Write: key in (a, b).');
  const inner = text.slice(1, -1);
  const values: string[] = [];
  for (let at = 0; ; at += 1) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(inner)?.[1]?.trim() ?? '';
    at = ITEM.lastIndex;
    const next = inner[at];
    if (next !== undefined && next !== ',') {
      throw lineError(`${JSON.stringify(next)} cannot stand in a list item`, 'Write the item as a JSON string.');
    }
    if (item === '')
      throw lineError('the list is empty, or has an empty item', 'An empty item that is meant is written "".');
    if (isNegative) assertIsMeant(item, 'item');
    values.push(item.startsWith('"') ? readJsonString(item) : item);
    if (next === undefined) return values;
  }
}

export function readJsonString(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'string') {
    throw lineError(
      'it begins with a double quote, but is not one JSON string to its end',
      'Escape quotes and backslashes inside, and let nothing follow.',
    );
  }
  if (!value.isWellFormed())
    throw lineError('it holds half of a surrogate pair, which no image can hold', 'Write the whole character.');
  return value;
}

export function lineError(message: string, hint: string): AssertImageError {
  return new AssertImageError('input', `${message}.`, { hint });
}
