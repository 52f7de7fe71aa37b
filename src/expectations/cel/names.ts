import type { parse } from '@bufbuild/cel';
import { AssertImageError } from '../../base/errors.ts';

type Parsed = ReturnType<typeof parse>;
type Expr = Parsed['expr'];

/** A name that is no variable is a typing error in every evaluation: better said before one. */
export function assertKnownNames(
  parsed: Parsed,
  variables: Readonly<Record<string, unknown>>,
  isFunction: (name: string) => boolean,
): void {
  const unknown = (expr: Expr, message: string, hint?: string): AssertImageError => {
    const offset = parsed.sourceInfo?.positions[expr.id.toString()];
    return new AssertImageError('input', `${offset === undefined ? '' : `column ${offset + 1}: `}${message}`, { hint });
  };
  const visit = (expr: Expr | undefined, bound: ReadonlySet<string>): void => {
    const kind = expr?.exprKind;
    switch (kind?.case) {
      case 'identExpr': {
        const { name } = kind.value;
        if (bound.has(name) || Object.hasOwn(variables, name) || TYPE_NAMES.has(name)) return;
        throw unknown(
          expr as Expr,
          `there is no variable ${name}.`,
          `Variables are ${Object.keys(variables).join(', ')}.`,
        );
      }
      case 'constExpr': {
        const { case: type, value } = kind.value.constantKind;
        const isWhole =
          (type === 'int64Value' && BigInt.asIntN(64, value) === value) ||
          (type === 'uint64Value' && BigInt.asUintN(64, value) === value);
        if (isWhole || (type !== 'int64Value' && type !== 'uint64Value')) return;
        throw unknown(expr as Expr, `${value} is out of range.`, 'Whole numbers have 64 bits.');
      }
      case 'selectExpr':
        return visit(kind.value.operand, bound);
      case 'callExpr':
        // Operators are functions whose names no author can write.
        if (/^[A-Za-z]/.test(kind.value.function) && !isFunction(kind.value.function)) {
          throw unknown(expr as Expr, `there is no function ${kind.value.function}.`);
        }
        for (const part of [kind.value.target, ...kind.value.args]) visit(part, bound);
        return;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, bound);
        return;
      case 'structExpr':
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') visit(keyKind.value, bound);
          visit(value, bound);
        }
        return;
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        for (const part of [iterRange, accuInit]) visit(part, bound);
        const inner = new Set([...bound, iterVar, iterVar2, accuVar]);
        for (const part of [loopCondition, loopStep, result]) visit(part, inner);
        return;
      }
      default:
    }
  };
  visit(parsed.expr, new Set());
}

/** Types are values in CEL: `type(x) == string`. */
const TYPE_NAMES = new Set(
  'bool bytes double duration int list map null_type string timestamp type uint google'.split(' '),
);
