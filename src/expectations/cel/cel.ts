import { createContext, Script } from 'node:vm';
import {
  celFunc,
  CelScalar,
  celEnv,
  celUint,
  type CelInput,
  isCelError,
  mapType,
  objectType,
  parse,
  plan,
} from '@bufbuild/cel';
import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { AssertImageError } from '../../base/errors.ts';
import { type Moment, parseRfc3339 } from '../../json/rfc3339.ts';
import { assertKnownNames } from './names.ts';

/** The variables of an expression; see {@link CelFacts}. */
export type CelFacts = Readonly<Record<'image' | 'index' | 'now' | 'github', CelInput>>;

/** One line of `expect`, compiled. */
export interface CelExpression {
  readonly source: string;
  readonly evaluate: (facts: CelFacts) => unknown;
}

/** What one evaluation gave. Only `true` holds. */
export interface CelOutcome {
  readonly holds: boolean;
  /** Empty where it holds. */
  readonly reason: string;
}

const MAX_EXPRESSION_CHARS = 4096;
/** Nested macros multiply: all expressions on all platforms of an image together get this much time, then count as failed. */
export const MAX_EVALUATION_MS = 1000;

const VARIABLES = {
  image: mapType(CelScalar.STRING, CelScalar.DYN),
  index: mapType(CelScalar.STRING, CelScalar.DYN),
  now: CelScalar.DYN,
  github: mapType(CelScalar.STRING, CelScalar.DYN),
} as const;
/** Source: cel-spec, langdef.md (timestamp): from year 1 to year 9999. */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;
const TIMESTAMP = objectType(TimestampSchema);

function timestampOf({ seconds, nanos }: Moment): Timestamp {
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new Error('timestamp out of range');
  return create(TimestampSchema, { seconds, nanos });
}

/** The library counts milliseconds where CEL has seconds, and takes the 30th of February. (@bufbuild/cel 0.6.1, std/cast.js) */
const TIMESTAMPS = [
  celFunc('timestamp', [CelScalar.INT], TIMESTAMP, (seconds) => timestampOf({ seconds, nanos: 0 })),
  celFunc('timestamp', [CelScalar.STRING], TIMESTAMP, (text) => {
    const moment = parseRfc3339(text);
    if (moment === null) throw new Error('bad timestamp');
    return timestampOf(moment);
  }),
];
/**
 * The library reads numbers as JavaScript does: "" as 0, "n/a" as NaN, "0x10" as 16. CEL has them as Go's strconv does.
 * (cel-go common/types/string.go, ConvertToType)
 */
const NUMBERS = [
  celFunc('int', [CelScalar.STRING], CelScalar.INT, (text) =>
    integerOf(text, /^[+-]?[0-9]+$/, -(2n ** 63n), 2n ** 63n),
  ),
  celFunc('uint', [CelScalar.STRING], CelScalar.UINT, (text) => celUint(integerOf(text, /^[0-9]+$/, 0n, 2n ** 64n))),
  celFunc('double', [CelScalar.STRING], CelScalar.DOUBLE, (text) => {
    if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) throw new Error('bad double');
    return Number(text);
  }),
];

function integerOf(text: string, form: RegExp, min: bigint, end: bigint): bigint {
  if (text.length > 40 || !form.test(text)) throw new Error('bad integer');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value < min || value >= end) throw new Error('integer out of range');
  return value;
}

const ENVIRONMENT = celEnv({ variables: VARIABLES, funcs: [...TIMESTAMPS, ...NUMBERS] });

/**
 * Compiles an expression. Patterns in `matches` are RE2, linear in time, by the library itself.
 *
 * @throws AssertImageError `input` with line and column, for what can never be true: a syntax error or an unknown name
 */
export function parseCel(source: string): CelExpression {
  if (source.length > MAX_EXPRESSION_CHARS) {
    throw new AssertImageError('input', `the expression has more than ${MAX_EXPRESSION_CHARS} characters.`);
  }
  const parsed = parseSyntax(source);
  assertKnownNames(parsed, VARIABLES, (name) => ENVIRONMENT.funcs.find(name) !== undefined);
  return { source, evaluate: plan(ENVIRONMENT, parsed) as (facts: CelFacts) => unknown };
}

type Parsed = ReturnType<typeof parse>;

function parseSyntax(source: string): Parsed {
  try {
    return parse(source);
  } catch (error) {
    const { rawMessage, message, location } = error as Error & {
      rawMessage?: string;
      location?: { start: { line: number; column: number } };
    };
    const at = location ? `column ${location.start.column}: ` : '';
    throw new AssertImageError('input', `${at}${rawMessage ?? message}.`, {
      hint: 'The language is CEL (https://cel.dev); an expression stands on one line.',
    });
  }
}

/**
 * Evaluates all expressions on one platform. A missing key, a wrong type, anything but a boolean
 * and an exhausted budget are failed expectations, never true.
 *
 * @param maxMs what is left of {@link MAX_EVALUATION_MS}
 */
export function evaluateCel(
  expressions: readonly CelExpression[],
  facts: CelFacts,
  maxMs: number = MAX_EVALUATION_MS,
): CelOutcome[] {
  const outcomes: CelOutcome[] = [];
  // V8 stops a script at its time-out wherever it is, also in functions of ours that it called.
  const context = createContext({
    run: () => {
      for (const expression of expressions.slice(outcomes.length)) outcomes.push(toOutcome(expression, facts));
    },
  });
  const script = new Script('run()');
  while (outcomes.length < expressions.length) {
    try {
      script.runInContext(context, { timeout: Math.max(Math.ceil(maxMs), 1) });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const stopped = { holds: false, reason: `it was stopped after ${MAX_EVALUATION_MS} ms: it would take too long` };
      while (outcomes.length < expressions.length) outcomes.push(stopped);
    }
  }
  return outcomes;
}

function toOutcome({ source, evaluate }: CelExpression, facts: CelFacts): CelOutcome {
  let value: unknown;
  try {
    value = evaluate(facts);
  } catch (error) {
    value = error;
  }
  if (value === true) return { holds: true, reason: '' };
  if (value === false) return { holds: false, reason: 'it is false' };
  if (isCelError(value) || value instanceof Error) {
    return { holds: false, reason: `it cannot be evaluated: ${explain(value.message, source)}` };
  }
  return { holds: false, reason: 'its value is not a boolean' };
}

/**
 * In words of our own: the library quotes what it worked on, which may be a variable's value or the
 * build history. A missing key is named where the author has written it.
 */
function explain(message: string, source: string): string {
  const key = /^(?:field not found|no such key): (.*)$/s.exec(message)?.[1];
  if (key !== undefined)
    return source.includes(key)
      ? `there is no ${key} in this image; where it may be absent, ask has(…) first`
      : 'a key is missing';
  const known = CAUSES.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? 'an operation on it fails';
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/no matching overload/, 'an operator or a function does not take values of these types'],
  [/parsing regexp/, 'a pattern is not valid RE2'],
  [/divi(de|sion)|modulus/, 'division by zero'],
  [/index|range|bounds/, 'an index or a number is out of range'],
];
