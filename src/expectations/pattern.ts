import { RE2JS } from 're2js';
import { AssertImageError } from '../errors.ts';

/** A regular expression in RE2 syntax: linear time whatever the text (catalogue I-19). */
export interface Pattern {
  readonly source: string;
  /** Whether the whole text matches; null for a text too long to be asked. */
  readonly matchesWhole: (text: string) => boolean | null;
}

const MAX_PATTERN_CHARS = 1024;
/** re2js needs about a microsecond a character on bad patterns; no label that is meant for people is this long. */
const MAX_SUBJECT_CHARS = 64 * 1024;

/** @throws AssertImageError `input` */
export function parsePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_CHARS) {
    throw new AssertImageError(
      'input',
      `the pattern has ${source.length} characters; at most ${MAX_PATTERN_CHARS} are allowed.`,
    );
  }
  const compiled = compile(source);
  return {
    source,
    matchesWhole: (text) => (text.length > MAX_SUBJECT_CHARS ? null : compiled.matches(text)),
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
