import { start } from './shorten.ts';

/**
 * Text from outside, made unable to act where we write it: a log that the runner reads for
 * commands, Markdown that GitHub renders, outputs that people paste into a shell.
 * Replaced characters stay visible as `\u{…}`, so that people notice them.
 */

/**
 * C0 and C1 (Cc), bidi controls, zero-width characters and tags (Cf), lone surrogates (Cs), line and
 * paragraph separators, and all that Unicode says to show nothing for (DI): variation selectors, fillers, joiners.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;

const MAX_LINE_CHARS = 512;

/** Every character visible, on one line. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escapeCharacter);
}

/** The same, cut to a length, stating how much is left out. Only the part that is shown is processed. */
export function visibleStart(text: string, maxChars: number = MAX_LINE_CHARS): string {
  const first = start(text, maxChars);
  const shown = visible(first);
  if (first === text && shown.length <= maxChars) return shown;
  const kept = start(shown, maxChars);
  return `${kept}… (${text.length - first.length + shown.length - kept.length} more)`;
}

/**
 * What runners take anywhere in a line: `##[command]` (actions/runner, ActionCommand.cs), `##vso[command]`
 * (microsoft/azure-pipelines-agent, Command.cs), `##teamcity[message]`.
 */
const COMMAND = /##(?=[a-z]*\[)/gi;

/**
 * One log line. GitHub's runner also takes `::command::` at its start, after any white space; a lone CR is a line break
 * (actions/runner, ActionCommand.cs).
 */
export function logLine(text: string): string {
  return visible(text)
    .replaceAll(COMMAND, '#\\u{23}')
    .replace(/^([\s\p{Z}]*):(?=:)/u, '$1\\u{3a}');
}

/** A quoted fragment for a log line or message. */
export function quoted(text: string): string {
  return `"${visibleStart(text)}"`;
}

/**
 * A Markdown code span that nothing inside can leave: one more backtick than the longest run in it,
 * and pipes escaped for tables (GFM splits cells before it reads spans).
 */
export function codeSpan(text: string, maxChars?: number): string {
  // A backslash in front of a pipe would be read together with the one that escapes it.
  const clean = visibleStart(text, maxChars).replace(/\\\|/g, '\\\\u{7c}');
  if (clean === '') return '(empty)';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[`\s]|[`\s]$/.test(clean) ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`.replaceAll('|', '\\|');
}

/** JSON that is inert between quotes of any shell: all but a few harmless characters are `\u00XX`. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => item).replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const text = JSON.parse(literal) as string;
    return `"${text.replace(/[^A-Za-z0-9_.,:/@+=% -]/g, escapeUnit)}"`;
  });
}

/** JSON text over several lines, still the same JSON: what a log would act on or hide is escaped inside its strings. */
export function inertLines(json: string): string {
  return json.replaceAll(COMMAND, '#\\u0023').replace(INVISIBLE, (text) => {
    if (text === '\n') return text;
    return text.length === 1 ? escapeUnit(text) : escapeUnit(text[0] as string) + escapeUnit(text[1] as string);
  });
}

/** Whether free text may stand in an output as it is. */
export function isPlain(text: string): boolean {
  return /^[A-Za-z0-9_.+-]{1,128}$/.test(text);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

/** A text of megabytes may be escaped unit by unit: each escape is one string, however often it stands there. */
const ESCAPES = new Map<string, string>();

function escapeUnit(unit: string): string {
  const known = ESCAPES.get(unit);
  if (known !== undefined) return known;
  const escape = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  ESCAPES.set(unit, escape);
  return escape;
}
