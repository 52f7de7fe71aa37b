import { AssertImageError } from '../base/errors.ts';
import { type Digest, tryParseDigest } from '../reference/digest.ts';
import type { Descriptor } from './descriptor.ts';
import type { Entry } from './entry.ts';

/** An entry of an index with attestations about one of its images. Source: BuildKit, docs/attestations/attestation-storage.md. */
export interface Attestation {
  /** The manifest that it is about. */
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

/** The attestations among the entries of an index that say what they are about. */
export function attestationsIn(entries: readonly Entry[]): Attestation[] {
  return entries.flatMap(({ kind, descriptor }) => {
    const subject = tryParseDigest(descriptor.annotations.get('vnd.docker.reference.digest') ?? '');
    return kind === 'attestation' && subject !== null ? [{ subject, descriptor }] : [];
  });
}

/** The one about a manifest; null where there is none. @throws AssertImageError `ambiguous` where two differ */
export function attestationAbout(subject: Digest, attestations: readonly Attestation[]): Descriptor | null {
  const about = attestations.filter((attestation) => attestation.subject === subject);
  const digests = new Set(about.map(({ descriptor }) => descriptor.digest));
  if (digests.size > 1) {
    throw new AssertImageError(
      'ambiguous',
      `the index has ${digests.size} attestation manifests about ${subject}: ${[...digests].join(', ')}.`,
      { hint: 'Tools differ in which they read. Build and push the image again.' },
    );
  }
  return about[0]?.descriptor ?? null;
}
