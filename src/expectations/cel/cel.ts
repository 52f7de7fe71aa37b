import { createContext, Script } from 'node:vm';
import { isCelError, parse, plan } from '@bufbuild/cel';
import { type Explained, explainCause, explainSyntax, valueText } from './causes.ts';
import { AssertImageError } from '../../base/errors.ts';
import { type CelFacts, ENVIRONMENT, VARIABLES } from './environment.ts';
import { readNames } from './names.ts';
import { shownParts } from './shown.ts';

/** One line of `expect`, compiled. */
export interface CelExpression {
  readonly source: string;
  readonly evaluate: (facts: CelFacts) => unknown;
  /** What of it may be shown where it does not hold: its text, and how to evaluate it. */
  readonly shown: readonly { readonly text: string; readonly evaluate: (facts: CelFacts) => unknown }[];
  /** Whether it asks what a builder wrote beside the image, which costs requests. */
  readonly asksStatedProvenance: boolean;
  /** Whether it names the provenance that was signed. */
  readonly asksSignedProvenance: boolean;
  /** Whether it names a variable that exists in one CI only. */
  readonly asksGitHub: boolean;
}

/** What one evaluation gave. Only `true` holds. */
export interface CelOutcome extends Explained {
  readonly holds: boolean;
  /** What it compared: texts and values that may be shown. */
  readonly seen: readonly { readonly text: string; readonly value: string }[];
}

const MAX_EXPRESSION_CHARS = 4096;
/** Nested macros multiply: all expressions on all platforms of an image together get this much time, then count as failed. */
export const MAX_EVALUATION_MS = 1000;

/**
 * Compiles an expression. Patterns in `matches` are RE2, linear in time, by the library itself.
 *
 * @throws AssertImageError `input` with line and column, for what can never be true: a syntax error or an unknown name
 */
export function parseCel(source: string): CelExpression {
  if (source.length > MAX_EXPRESSION_CHARS) {
    throw new AssertImageError('input', `the expression has more than ${MAX_EXPRESSION_CHARS} characters.`, {
      hint: 'Split it: one condition a line.',
    });
  }
  const parsed = parseSyntax(source);
  const { asksStatedProvenance, variables } = readNames(
    parsed,
    VARIABLES,
    (name) => ENVIRONMENT.funcs.find(name) !== undefined,
  );
  return {
    source,
    asksStatedProvenance,
    asksSignedProvenance: variables.has('provenance'),
    asksGitHub: variables.has('github'),
    evaluate: plan(ENVIRONMENT, parsed) as (facts: CelFacts) => unknown,
    shown: shownParts(parsed.expr).map(({ text, expr }) => ({
      text,
      evaluate: plan(ENVIRONMENT, { ...parsed, expr }) as (facts: CelFacts) => unknown,
    })),
  };
}

type Parsed = ReturnType<typeof parse>;

function parseSyntax(source: string): Parsed {
  try {
    return parse(source);
  } catch (error) {
    const { rawMessage, message, location } = error as Error & {
      rawMessage?: string;
      location?: { start: { offset: number; line: number; column: number } };
    };
    const at = location ? `column ${location.start.column}: ` : '';
    throw new AssertImageError('input', `${at}${rawMessage ?? message}.`, {
      hint: explainSyntax(source, location?.start.offset ?? -1),
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
  const stopped = {
    holds: false,
    reason: `was stopped after ${MAX_EVALUATION_MS} ms`,
    hint: 'It would take too long: make it simpler, or split it.',
    seen: [],
  };
  if (maxMs <= 0) return expressions.map(() => stopped);
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
      while (outcomes.length < expressions.length) outcomes.push(stopped);
    }
  }
  return outcomes;
}

function toOutcome(expression: CelExpression, facts: CelFacts): CelOutcome {
  const value = valueOf(expression.evaluate, facts);
  if (value === true) return { holds: true, reason: '', seen: [] };
  const seen = expression.shown.flatMap(({ text, evaluate }) => {
    const shown = valueText(valueOf(evaluate, facts));
    return shown === null ? [] : [{ text, value: shown }];
  });
  if (value === false) return { holds: false, reason: 'is false', seen };
  if (isCelError(value) || value instanceof Error)
    return { holds: false, seen, ...explainCause(value.message, expression.source, facts) };
  return { holds: false, reason: 'is not true or false', hint: 'Compare it with something: use ==.', seen };
}

function valueOf(evaluate: (facts: CelFacts) => unknown, facts: CelFacts): unknown {
  try {
    return evaluate(facts);
  } catch (error) {
    return error;
  }
}
