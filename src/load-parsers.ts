import type { RawInputs } from './inputs/raw-inputs.ts';
import type { Parsers } from './settings/parsers.ts';

/** The languages that these inputs are written in, and no others: each costs time to load. */
export async function loadParsers({ values }: RawInputs): Promise<Parsers> {
  const hasPolicy = values.policy.trim() !== 'none' && values.policy.trim() !== '';
  const hasExpect = values.expect.trim() !== 'none';
  return {
    parseCel: hasExpect ? (await import('./expectations/cel.ts')).parseCel : null,
    parsePolicy: hasPolicy ? (await import('./expectations/policy/policy.ts')).parsePolicy : null,
  };
}
