import { AssertImageError } from '../../base/errors.ts';
import type { Condition, Expectation, FieldKind } from './expectation.ts';
import type { Pattern, PatternParser } from './pattern.ts';

/**
 * Reads one line of `labels`, `env` or `annotations`:
 *
 *     line  = ( key [ operator ] ) | ( "!" key )
 *     key   = JSON string | characters up to white space, "=", "!" or "~"
 *
 * The first operator decides: `a=b in (c)` is equality. The caller has dropped blank lines and comments.
 *
 * @param parsePattern given by the caller, for its library is large and few lines need it
 * @throws AssertImageError `input`
 */
export function parseExpectation(line: string, kind: FieldKind, parsePattern: PatternParser): Expectation {
  const text = line.trim();
  if (/[\r\n]/.test(text)) throw wrong('it holds a line break', 'Write one expectation on one line.');
  if (text.startsWith('#')) throw wrong('it is a comment', 'Write a key that begins with "#" as a JSON string.');
  if (text.startsWith('!')) {
    const { key, rest } = takeKey(text.slice(1).trimStart());
    assertKeyIsMeant(text.slice(1).trimStart(), key);
    if (rest !== '') throw wrong('nothing may follow a key with "!" in front');
    return { field: { kind, key: checkKey(key, kind) }, condition: { operator: 'absent' } };
  }
  const { key, rest } = takeKey(text);
  const condition = readCondition(rest, parsePattern);
  if (NEGATIVE.has(condition.operator)) assertKeyIsMeant(text, key);
  return { field: { kind, key: checkKey(key, kind) }, condition };
}

function takeKey(text: string): { key: string; rest: string } {
  if (text.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
    if (quoted === undefined) throw wrong('the key is a JSON string without an end');
    return { key: readJsonString(quoted), rest: text.slice(quoted.length).trimStart() };
  }
  const key = /^[^\s=!~]*/.exec(text)?.[0] ?? '';
  return { key, rest: text.slice(key.length).trimStart() };
}

function checkKey(key: string, kind: FieldKind): string {
  if (key === '') throw wrong('the key is empty', 'Did an expression evaluate to nothing?');
  if (kind === 'env' && key.includes('=')) throw wrong('the name of an environment variable has no "="');
  return key;
}

function readCondition(rest: string, parsePattern: PatternParser): Condition {
  if (rest === '') return { operator: 'present' };
  if (rest.startsWith('==') || rest.startsWith('!==')) {
    throw wrong(
      'there is no operator "==" or "!=="',
      'Write "=" or "!="; a value that begins with "=" is written as a JSON string.',
    );
  }
  const symbol = /^(!=|!~|=~|=)/.exec(rest)?.[0];
  if (symbol === '=' || symbol === '!=') {
    const text = rest.slice(symbol.length).trim();
    if (symbol === '!=') assertIsMeant(text, 'value');
    return { operator: symbol, value: readValue(text) };
  }
  if (symbol === '=~' || symbol === '!~') {
    const text = rest.slice(symbol.length).trim();
    const pattern = readPattern(text, parsePattern);
    if (symbol === '!~') assertIsMeant(text, 'pattern');
    return { operator: symbol, pattern };
  }
  const word = /^(in|notin)\s*(?=\(|$|\s)/.exec(rest);
  if (word) {
    const operator = word[1] as 'in' | 'notin';
    return { operator, values: readList(rest.slice(word[0].length).trim(), operator === 'notin') };
  }
  throw wrong(
    `${JSON.stringify(rest.slice(0, 20))} is no operator`,
    'Operators are =, !=, =~, !~, in (…) and notin (…); a key with white space, "=", "!" or "~" in it is written as a JSON string.',
  );
}

const NEGATIVE: ReadonlySet<string> = new Set(['!=', '!~', 'notin', 'absent']);
const QUOTE_AT_AN_END = /^['`“”‘’]|["'`“”‘’]$/;

/** Behind a negative operator it would hold by accident: no image has the comment or the quotes in its value. */
function assertIsMeant(text: string, what: 'value' | 'item' | 'pattern'): void {
  if (what !== 'pattern' && text.startsWith('"')) return;
  const other = what === 'pattern' ? "write [ ]# or ['] for what is meant" : `write the ${what} as a JSON string`;
  if (/\s#/.test(text))
    throw wrong(`a comment would be part of the ${what}`, `Put it on a line of its own, or ${other}.`);
  if (QUOTE_AT_AN_END.test(text)) throw wrong(`the quotes are part of the ${what}`, `Leave them out, or ${other}.`);
}

/** The same of a key: no image has a label of that name. */
function assertKeyIsMeant(text: string, key: string): void {
  if (text.startsWith('"') || !(QUOTE_AT_AN_END.test(key) || /^\$|[,;:]$/.test(key))) return;
  throw wrong(
    `no image has ${JSON.stringify(key.slice(0, 60))}, so that it could not fail`,
    'If it is meant, write the key as a JSON string.',
  );
}

function readValue(text: string): string {
  if (text === '')
    throw wrong(
      'the value is empty',
      'Did an expression evaluate to nothing? If an empty value is meant, write "" behind the operator.',
    );
  if (text.startsWith('"')) return readJsonString(text);
  if (/^[=~]/.test(text)) throw wrong('the value begins with "=" or "~"', 'Write it as a JSON string.');
  return text;
}

function readPattern(text: string, parsePattern: PatternParser): Pattern {
  if (text === '') throw wrong('the pattern is empty', 'Did an expression evaluate to nothing?');
  if (/^(".*"|'.*')$/s.test(text))
    throw wrong(
      'the quotes are part of the pattern',
      'Patterns are raw: leave the quotes out, or write \\x22 for one.',
    );
  return parsePattern(text);
}

const ITEM = /\s*("(?:[^"\\]|\\.)*"|[^,()"]*)\s*/y;

function readList(text: string, isNegative: boolean): string[] {
  if (!text.startsWith('(') || !text.endsWith(')'))
    throw wrong('a list stands in parentheses', 'Write: key in (a, b).');
  const inner = text.slice(1, -1);
  const values: string[] = [];
  for (let at = 0; ; at += 1) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(inner)?.[1]?.trim() ?? '';
    at = ITEM.lastIndex;
    const next = inner[at];
    if (next !== undefined && next !== ',') {
      throw wrong(`${JSON.stringify(next)} cannot stand in a list item`, 'Write the item as a JSON string.');
    }
    if (item === '')
      throw wrong('the list is empty, or has an empty item', 'An empty item that is meant is written "".');
    if (isNegative) assertIsMeant(item, 'item');
    values.push(item.startsWith('"') ? readJsonString(item) : item);
    if (next === undefined) return values;
  }
}

function readJsonString(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'string') {
    throw wrong(
      'it begins with a double quote, but is not one JSON string to its end',
      'Escape quotes and backslashes inside, and let nothing follow.',
    );
  }
  if (!value.isWellFormed()) throw wrong('it holds half of a surrogate pair, which no image can hold');
  return value;
}

function wrong(message: string, hint?: string): AssertImageError {
  return new AssertImageError('input', `${message}.`, { hint });
}
