import type { parse } from '@bufbuild/cel';
import { AssertImageError } from '../../base/errors.ts';

type Parsed = ReturnType<typeof parse>;
type Expr = Parsed['expr'];
type Kind<K extends string> = Extract<NonNullable<NonNullable<Expr>['exprKind']>, { case: K }>['value'];

/** What an expression asks about. */
export interface AskedNames {
  /** Variables that stand in it. */
  readonly variables: ReadonlySet<string>;
  /** It reads `image.provenance`, or a field of `image` that cannot be told before it is evaluated. */
  readonly asksStatedProvenance: boolean;
}

/**
 * The names in an expression. One that is no variable is a typing error in every evaluation: better said before one.
 *
 * @throws AssertImageError `input`
 */
export function readNames(
  parsed: Parsed,
  variables: Readonly<Record<string, unknown>>,
  isFunction: (name: string) => boolean,
): AskedNames {
  const names = new Names(parsed, variables, isFunction);
  names.visit(parsed.expr, new Set());
  return names;
}

/** A walk through one expression, with the names that its macros bind. */
class Names {
  readonly #parsed: Parsed;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #isFunction: (name: string) => boolean;
  readonly variables = new Set<string>();
  asksStatedProvenance = false;

  constructor(parsed: Parsed, variables: Readonly<Record<string, unknown>>, isFunction: (name: string) => boolean) {
    this.#parsed = parsed;
    this.#variables = variables;
    this.#isFunction = isFunction;
  }

  visit(expr: Expr | undefined, bound: ReadonlySet<string>): void {
    const kind = expr?.exprKind;
    switch (kind?.case) {
      case 'identExpr':
        return this.#visitName(expr as Expr, kind.value.name, bound);
      case 'constExpr':
        return this.#visitConstant(expr as Expr, kind.value);
      case 'selectExpr':
        return this.#visitField(kind.value.operand, kind.value.field, bound);
      case 'callExpr':
        return this.#visitCall(expr as Expr, kind.value, bound);
      case 'listExpr':
        return this.#visitAll(kind.value.elements, bound);
      case 'structExpr':
        return this.#visitStruct(kind.value, bound);
      case 'comprehensionExpr':
        return this.#visitComprehension(kind.value, bound);
      default:
    }
  }

  #visitAll(parts: readonly (Expr | undefined)[], bound: ReadonlySet<string>): void {
    for (const part of parts) this.visit(part, bound);
  }

  #visitName(expr: Expr, name: string, bound: ReadonlySet<string>): void {
    if (bound.has(name) || TYPE_NAMES.has(name)) return;
    if (Object.hasOwn(this.#variables, name)) {
      this.variables.add(name);
      // Alone, as in image[key]: any field of it may be meant.
      this.asksStatedProvenance ||= name === 'image';
      return;
    }
    throw this.#error(
      expr,
      `there is no variable ${name}.`,
      `Variables are ${Object.keys(this.#variables).join(', ')}.`,
    );
  }

  /** `image.labels` and `image["labels"]` do not ask for the provenance. */
  #visitField(operand: Expr | undefined, field: string, bound: ReadonlySet<string>): void {
    const name = operand?.exprKind?.case === 'identExpr' ? operand.exprKind.value.name : null;
    if (name !== 'image' || bound.has(name)) return this.visit(operand, bound);
    this.variables.add(name);
    this.asksStatedProvenance ||= field === 'provenance';
  }

  #visitConstant(expr: Expr, { constantKind: { case: type, value } }: Kind<'constExpr'>): void {
    const isWhole =
      (type === 'int64Value' && BigInt.asIntN(64, value) === value) ||
      (type === 'uint64Value' && BigInt.asUintN(64, value) === value);
    if (isWhole || (type !== 'int64Value' && type !== 'uint64Value')) return;
    throw this.#error(expr, `${value} is out of range.`, 'Whole numbers have 64 bits.');
  }

  #visitCall(expr: Expr, call: Kind<'callExpr'>, bound: ReadonlySet<string>): void {
    // Operators are functions whose names no author can write.
    if (/^[A-Za-z]/.test(call.function) && !this.#isFunction(call.function)) {
      throw this.#error(
        expr,
        `there is no function ${call.function}.`,
        'Use the functions of CEL: startsWith, matches, size and others.',
      );
    }
    const field = constantIndex(call);
    if (field !== null) return this.#visitField(call.args[0], field, bound);
    this.#visitAll([call.target, ...call.args], bound);
  }

  #visitStruct({ entries }: Kind<'structExpr'>, bound: ReadonlySet<string>): void {
    for (const { keyKind, value } of entries) {
      if (keyKind.case === 'mapKey') this.visit(keyKind.value, bound);
      this.visit(value, bound);
    }
  }

  #visitComprehension(macro: Kind<'comprehensionExpr'>, bound: ReadonlySet<string>): void {
    this.#visitAll([macro.iterRange, macro.accuInit], bound);
    const inner = new Set([...bound, macro.iterVar, macro.iterVar2, macro.accuVar]);
    this.#visitAll([macro.loopCondition, macro.loopStep, macro.result], inner);
  }

  #error(expr: Expr, message: string, hint: string): AssertImageError {
    const offset = expr && this.#parsed.sourceInfo?.positions[expr.id.toString()];
    return new AssertImageError('input', `${offset === undefined ? '' : `column ${offset + 1}: `}${message}`, { hint });
  }
}

/** The key of `map["key"]`; null where the call is another, or the key is computed. */
function constantIndex({ function: name, args }: Kind<'callExpr'>): string | null {
  const key = name === '_[_]' ? args[1]?.exprKind : undefined;
  const constant = key?.case === 'constExpr' ? key.value.constantKind : undefined;
  return constant?.case === 'stringValue' ? constant.value : null;
}

/** Types are values in CEL: `type(x) == string`. */
const TYPE_NAMES = new Set(
  'bool bytes double duration int list map null_type string timestamp type uint google'.split(' '),
);
