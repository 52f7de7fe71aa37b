import { AssertImageError } from '../../base/errors.ts';
import { shorten } from '../../base/shorten.ts';
import type { Check } from '../../expectations/check.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import { formatExpected, type ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { Examined } from './examine.ts';
import type { Accepted, Refused } from './examine-bundle.ts';

/** Of those that do not count; the rest is not told. */
const MAX_TOLD = 10;
const MAX_REASON_CHARS = 400;

function checkOf(
  expected: ProvenanceExpectation,
  { platform = null, actual, message }: { platform?: string | null; actual: string | null; message: string },
): Check {
  const expectation = `signer-workflow ${formatExpected(expected)}`;
  const holds = message === '';
  return { expectation, platform, holds, expected: formatExpected(expected), actual, message };
}

const NOTHING = { identity: null, place: null, instance: null, rootDate: null, notices: [], rejected: [], error: null };

function told(refused: readonly Refused[]): Finding['rejected'] {
  return refused
    .slice(0, MAX_TOLD)
    .map(({ place, message }) => ({ place, reason: shorten(message, MAX_REASON_CHARS) }));
}

/** One that counts. */
export function passing(
  { attestation, place }: Accepted,
  notices: readonly string[],
  { refused }: Examined,
  expected: ProvenanceExpectation,
): Finding {
  const { identity, instance } = attestation;
  const checks = [checkOf(expected, { actual: identity.signer, message: '' })];
  return { ...NOTHING, identity, place, instance, reason: '', checks, notices, rejected: told(refused) };
}

/** None that counts, and all was read. */
export function failing(
  why: { readonly platform: string | null; readonly actual: string | null; readonly message: string },
  { refused }: Examined,
  expected: ProvenanceExpectation,
): Finding {
  return { ...NOTHING, reason: why.message, checks: [checkOf(expected, why)], rejected: told(refused) };
}

/** It cannot be told. */
export function unknown(
  { code, message, hint, retryAfterMs }: AssertImageError,
  expected: ProvenanceExpectation,
  refused: readonly Refused[] = [],
): Finding {
  const what = `whether the image is ${formatExpected(expected)} cannot be told: ${message}`;
  const error = new AssertImageError(code === 'missing' ? 'incomplete' : code, what, { hint, retryAfterMs });
  return { ...NOTHING, reason: what, checks: [], rejected: told(refused), error };
}
