import { RE2JS } from 're2js';
import { AssertImageError } from '../../base/errors.ts';

/** A regular expression in RE2 syntax: linear time for any text (a backtracking one takes 16 s for ^(a+)+$ on 28 characters). */
export interface Pattern {
  readonly source: string;
  /** Whether the text matches; null for a text too long to be asked. */
  readonly matches: (text: string) => boolean | null;
}

/** @throws AssertImageError `input` */
export type PatternParser = (source: string) => Pattern;

const MAX_PATTERN_CHARS = 1024;
/** re2js needs about a microsecond a character on bad patterns; no label that is meant for people is this long. */
const MAX_SUBJECT_CHARS = 64 * 1024;

/** A pattern that the whole text must match. @throws AssertImageError `input` */
export function parsePattern(source: string): Pattern {
  return parseWith(source, (compiled, text) => compiled.matches(text));
}

/** A pattern that may match anywhere in the text, as container-structure-test has it. @throws AssertImageError `input` */
export function parsePartialPattern(source: string): Pattern {
  return parseWith(source, (compiled, text) => compiled.matcher(text).find());
}

function parseWith(source: string, apply: (compiled: RE2JS, text: string) => boolean): Pattern {
  if (source.length > MAX_PATTERN_CHARS) {
    throw new AssertImageError(
      'input',
      `the pattern has ${source.length} characters; at most ${MAX_PATTERN_CHARS} are allowed.`,
      { hint: 'Shorten it, or use expect.' },
    );
  }
  const compiled = compile(source);
  return {
    source,
    matches: (text) => (text.length > MAX_SUBJECT_CHARS ? null : apply(compiled, text)),
  };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unknown';
    throw new AssertImageError('input', `the pattern ${JSON.stringify(source)} is not valid: ${reason}.`, {
      hint: 'Patterns are RE2: no look-around and no back-references.',
    });
  }
}
