import { AssertImageError } from '../../base/errors.ts';
import { shorten } from '../../base/shorten.ts';
import type { Check } from '../../expectations/check.ts';
import { noticesOn } from '../../expectations/provenance/notices.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import { formatExpected, type ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Examined } from './examination.ts';
import type { Accepted, Refused } from './examine-bundle.ts';

/** Of those that do not count; the rest is not told. */
const MAX_TOLD = 10;
const MAX_REASON_CHARS = 400;

/** Why the signature that is asked for is not there. */
interface Why {
  readonly platform: string | null;
  readonly actual: string | null;
  readonly message: string;
  readonly hint?: string | undefined;
}

function checkOf(expected: ProvenanceExpectation, { platform, actual, message, hint }: Why): Check {
  const wanted = formatExpected(expected);
  const expectation = `signer-workflow ${wanted}`;
  const told = { platform, holds: message === '', expected: wanted, actual, message, hint };
  return { topic: 'signature', name: 'signer-workflow', expectation, ...told };
}

function reasonOf({ message, hint }: Pick<Why, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

const NOTHING = {
  identity: null,
  identities: new Map<Digest, never>(),
  place: null,
  instance: null,
  rootDate: null,
  notices: [],
  rejected: [],
  error: null,
};

/** What a finding is told with. */
export interface Telling {
  readonly expected: ProvenanceExpectation;
  readonly redact: (text: string) => string;
}

function told(refused: readonly Refused[], { redact }: Telling): Finding['rejected'] {
  // A secret that is cut could no longer be recognised.
  return refused
    .slice(0, MAX_TOLD)
    .map(({ place, ...why }) => ({ place, reason: shorten(redact(reasonOf(why)), MAX_REASON_CHARS) }));
}

/** One that counts: about the image, or one about each of its manifests; the first stands for all where one is told. */
export function passing(
  chosen: ReadonlyMap<Digest, Accepted>,
  { refused, problems }: Examined,
  telling: Telling,
): Finding {
  const all = [...chosen.values()];
  const { attestation, place } = all[0] as Accepted;
  const { identity, instance } = attestation;
  const identities = new Map([...chosen].map(([digest, accepted]) => [digest, accepted.attestation.identity]));
  const ofPlaces = problems.map(({ message }) => `not everywhere could be looked for signed provenance: ${message}`);
  const ofRuns = all.flatMap((accepted) => noticesOn(accepted.attestation.identity));
  const notices = [...new Set([...ofPlaces, ...ofRuns])];
  const checks = [checkOf(telling.expected, { platform: null, actual: identity.signer, message: '' })];
  return {
    ...NOTHING,
    identity,
    identities,
    place,
    instance,
    reason: '',
    checks,
    notices,
    rejected: told(refused, telling),
  };
}

/** None that counts, and all was read. */
export function failing(why: Why, { refused }: Examined, telling: Telling): Finding {
  return {
    ...NOTHING,
    reason: reasonOf(why),
    checks: [checkOf(telling.expected, why)],
    rejected: told(refused, telling),
  };
}

/** It cannot be told. What will not change by waiting is told before what may. */
export function unknown(
  problems: readonly AssertImageError[],
  telling: Telling,
  refused: readonly Refused[] = [],
): Finding {
  const [worst] = problems.toSorted((a, b) => Number(a.isTransient) - Number(b.isTransient));
  const { code, message, hint, retryAfterMs } = worst as AssertImageError;
  const what = `whether the image is ${formatExpected(telling.expected)} could not be checked: ${message}`;
  const error = new AssertImageError(code === 'missing' ? 'incomplete' : code, what, { hint, retryAfterMs });
  return { ...NOTHING, reason: what, checks: [], rejected: told(refused, telling), error };
}
