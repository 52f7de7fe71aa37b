import type { Condition, Expectation, FieldKind } from './expectation.ts';
import type { PatternParser } from './pattern.ts';
import {
  assertIsMeant,
  assertKeyIsMeant,
  lineError,
  readJsonString,
  readList,
  readPattern,
  readValue,
} from './values.ts';

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
  if (/[\r\n]/.test(text)) throw lineError('it holds a line break', 'Write one expectation on one line.');
  if (text.startsWith('#')) throw lineError('it is a comment', 'Write a key that begins with "#" as a JSON string.');
  if (text.startsWith('!')) {
    const { key, rest } = takeKey(text.slice(1).trimStart());
    assertKeyIsMeant(text.slice(1).trimStart(), key);
    if (rest !== '') throw lineError('nothing may follow a key with "!" in front', 'Write !key alone, or key!=value.');
    return { field: { kind, key: checkKey(key, kind) }, condition: { operator: 'absent' } };
  }
  const { key, rest } = takeKey(text);
  const condition = readCondition(key, rest, parsePattern);
  if (NEGATIVE.has(condition.operator)) assertKeyIsMeant(text, key);
  return { field: { kind, key: checkKey(key, kind) }, condition };
}

function takeKey(text: string): { key: string; rest: string } {
  if (text.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
    if (quoted === undefined)
      throw lineError('the key is a JSON string without an end', 'Close it with a double quote.');
    return { key: readJsonString(quoted), rest: text.slice(quoted.length).trimStart() };
  }
  const key = /^[^\s=!~]*/.exec(text)?.[0] ?? '';
  return { key, rest: text.slice(key.length).trimStart() };
}

function checkKey(key: string, kind: FieldKind): string {
  if (key === '') throw lineError('the key is empty', 'Did an expression evaluate to nothing?');
  if (kind === 'env' && key.includes('='))
    throw lineError('the name of an environment variable has no "="', 'Write NAME=value.');
  return key;
}

/** YAML of another kind: a map, a list. */
function operatorHint(key: string, rest: string): string {
  if (key === '-') return `Remove the leading "- ": write ${rest.slice(0, 60).replace(/^([^\s=!~:]+): */, '$1=')}.`;
  if (key.endsWith(':')) return `Write key=value: ${key.slice(0, -1)}=${rest.slice(0, 60)}.`;
  return 'Operators are =, !=, =~, !~, in (…) and notin (…); a key with white space, "=", "!" or "~" in it is written as a JSON string.';
}

function readCondition(key: string, rest: string, parsePattern: PatternParser): Condition {
  if (rest === '') return { operator: 'present' };
  if (rest.startsWith('==') || rest.startsWith('!==')) {
    throw lineError(
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
  throw lineError(`${JSON.stringify(rest.slice(0, 20))} is not an operator`, operatorHint(key, rest));
}

const NEGATIVE: ReadonlySet<string> = new Set(['!=', '!~', 'notin', 'absent']);
