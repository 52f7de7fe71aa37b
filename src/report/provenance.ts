import type { AssertImageError } from '../base/errors.ts';
import type { Finding } from '../expectations/provenance/finding.ts';
import type { Look } from '../gate/verdict.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { ProvenanceFacts } from '../image/stated-provenance.ts';
import type { Identity } from '../provenance/identity.ts';

/** What provenance says of an image. Only a signature that was checked, and all that was expected of it, makes `verified` true. */
export function describeProvenance(look: Look | undefined): Record<string, unknown> {
  const stated = look && statedOf(look);
  return { ...describeFinding(look?.provenance ?? null, look?.error ?? null), ...(stated ? { stated } : {}) };
}

function describeFinding(finding: Finding | null, error: AssertImageError | null): Record<string, unknown> {
  if (finding === null && error !== null)
    return { verified: false, reason: `the image could not be judged: ${error.message}` };
  if (finding === null) return { verified: false, reason: 'no signature was asked for (signer-workflow: none).' };
  const { identity, place, instance, rootDate, reason, rejected } = finding;
  return {
    verified: identity !== null,
    ...(identity === null ? { reason } : factsOf(identity)),
    ...(place === null ? {} : { found: place }),
    ...(instance === null ? {} : { instance }),
    ...(rootDate === null ? {} : { root: rootDate }),
    ...(rejected.length === 0 ? {} : { rejected }),
  };
}

/** What the certificate says; what it does not say is left out. */
function factsOf({ revision, signer, run, ...others }: Identity): Record<string, string> {
  const entries = Object.entries({ revision, signer, run, ...others });
  return Object.fromEntries(entries.flatMap(([key, text]) => (text === null ? [] : [[key, text]])));
}

/** What builders wrote beside the platforms, by name, where it was read. */
function statedOf({ image }: Look): Record<string, ProvenanceFacts> | null {
  const read = (image?.platforms ?? []).flatMap((platform) => {
    const facts = statedFacts(platform);
    return facts === null ? [] : [[platform.name, facts] as const];
  });
  return read.length === 0 ? null : Object.fromEntries(read);
}

export function statedFacts({ provenance }: Pick<PlatformImage, 'provenance'>): ProvenanceFacts | null {
  return provenance?.kind === 'stated' ? provenance.facts : null;
}
