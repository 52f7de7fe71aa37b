import { AssertImageError } from '../base/errors.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { CelExpression } from '../expectations/cel/cel.ts';
import type { PatternParser } from '../expectations/field/pattern.ts';
import type { PolicyProblem } from '../expectations/policy/document.ts';
import type { TrustedRoots } from '../provenance/trusted-root.ts';
import type { readProvenance } from './provenance.ts';
import type { Policy } from '../expectations/policy/policy.ts';

/** Parsers that only some inputs need, loaded by those: CEL, YAML and RE2 are large. */
export interface Parsers {
  readonly parsePattern: PatternParser;
  readonly parseCel: ((text: string) => CelExpression) | null;
  /** What is asked of signatures. */
  readonly readProvenance: typeof readProvenance | null;
  readonly parseTrustedRoots: ((text: string, name: string) => TrustedRoots) | null;
  readonly parsePolicy: ((text: string) => { policy: Policy; problems: readonly PolicyProblem[] }) | null;
}

/** The languages that these inputs are written in, and no others: each costs time to load. */
export async function loadParsers({ values }: RawInputs): Promise<Parsers> {
  const hasPolicy = values.policy.trim() !== 'none' && values.policy.trim() !== '';
  const hasSigner = values['signer-workflow'].trim() !== 'none' && values['signer-workflow'].trim() !== '';
  const hasTrustedRoot = hasSigner && values['trusted-root'].trim() !== 'auto';
  const hasExpect = values.expect.trim() !== 'none';
  const hasPattern = [values.labels, values.env, values.annotations].some((text) => text.includes('~'));
  return {
    parsePattern: hasPattern ? (await import('../expectations/field/pattern.ts')).parsePattern : noPattern,
    parseCel: hasExpect ? (await import('../expectations/cel/cel.ts')).parseCel : null,
    readProvenance: hasSigner ? (await import('./provenance.ts')).readProvenance : null,
    parseTrustedRoots: hasTrustedRoot ? (await import('../provenance/trusted-root.ts')).parseTrustedRoots : null,
    parsePolicy: hasPolicy ? (await import('../expectations/policy/policy.ts')).parsePolicy : null,
  };
}

/** Both operators have a "~" in them, so this is a fault of ours. */
function noPattern(source: string): never {
  throw new AssertImageError('internal', `the pattern ${JSON.stringify(source)} came from nowhere.`);
}
