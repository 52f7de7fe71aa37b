/** Whether anything is expected at all. */
import { expect, test } from 'vitest';
import { parseCel } from '../../src/expectations/cel/cel.ts';
import { isNothingExpected } from '../../src/expectations/expectations.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';
import { parsePolicy } from '../../src/expectations/policy/policy.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { NOTHING_EXPECTED } from '../support/facts.ts';
import { COMMIT } from '../support/images.ts';

test.each([
  [{}, true],
  [{ revision: { commit: COMMIT } }, false],
  [{ containsCommit: COMMIT }, false],
  [{ digest: `sha256:${'a'.repeat(64)}` as Digest }, false],
  [{ fields: [parseExpectation('a', 'label', parsePattern)] }, false],
  [{ cel: [parseCel('true')] }, false],
  [
    { metadataTests: [parsePolicy("schemaVersion: '2.0.0'\nmetadataTest: {user: a}\n").policy.metadataTest as never] },
    false,
  ],
])('nothing is expected of %o: %s', (changes, isNothing) => {
  expect(isNothingExpected({ ...NOTHING_EXPECTED, ...changes })).toBe(isNothing);
});
