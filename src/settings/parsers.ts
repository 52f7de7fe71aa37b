import type { CelExpression } from '../expectations/cel.ts';
import type { PatternParser } from '../expectations/pattern.ts';
import type { PolicyProblem } from '../expectations/policy/document.ts';
import type { Policy } from '../expectations/policy/policy.ts';

/** Parsers that only some inputs need, loaded by those: CEL, YAML and RE2 are large. */
export interface Parsers {
  readonly parsePattern: PatternParser;
  readonly parseCel: ((text: string) => CelExpression) | null;
  readonly parsePolicy: ((text: string) => { policy: Policy; problems: readonly PolicyProblem[] }) | null;
}
