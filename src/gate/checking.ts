import type { Deadline } from '../base/deadline.ts';
import { toAssertImageError } from '../base/errors.ts';
import { type AncestryAnswers, type History, revisionsToAsk } from '../expectations/revision/ancestry.ts';
import type { RevisionPlace } from '../expectations/revision/stated.ts';
import type { CheckContext } from '../expectations/check-image.ts';
import type { Expectations } from '../expectations/expectations.ts';
import type { Finding } from '../expectations/provenance/finding.ts';
import type { Image } from '../image/image.ts';
import type { Identity } from '../provenance/identity.ts';
import { formatReference, type Reference, tagOf } from '../reference/reference.ts';
import type { GateContext } from './context.ts';
import type { Telling } from './signed/findings.ts';
import type { Holds, Signatures } from './signed/signatures.ts';

/** How expressions are evaluated on one image, with the provenance that was signed for it. */
export type CheckCel = (signed: Identity | null) => CheckContext['checkCel'];

/** The language is loaded only where it is used. */
export async function celOf(
  reference: Reference,
  image: Image,
  { settings, run, now }: Pick<GateContext, 'settings' | 'run' | 'now'>,
): Promise<CheckCel> {
  if (settings.expectations.cel.length === 0) return () => () => [];
  const { checkCel } = await import('../expectations/cel/check-cel.ts');
  const celContext = { image, reference: formatReference(reference), tag: tagOf(reference), run, now };
  return (signed) => (expressions, platform) => checkCel(expressions, platform, celContext, signed);
}

/** Whether every expression about provenance holds by one attestation, on the platforms that it is about. */
export function holdsOn(image: Image, { cel }: Expectations, check: CheckCel): Holds {
  const asking = cel.filter(({ asksSignedProvenance }) => asksSignedProvenance);
  if (asking.length === 0) return () => true;
  return ({ attestation }, digest) =>
    image.platforms
      .filter(({ manifestDigest }) => digest === image.digest || digest === manifestDigest)
      .every((platform) => check(attestation.identity)(asking, platform).every(({ holds }) => holds));
}

/** Where the image's revision stands: what was signed is what it is built from, before anything that it says itself. */
export function placesOfRevision({ revisionFrom }: Expectations, finding: Finding | null): readonly RevisionPlace[] {
  const revision = finding?.identity?.revision ?? null;
  return revision === null ? revisionFrom : [{ kind: 'signed', revision }, ...revisionFrom];
}

/** How each revision stands to the commit of `contains-commit`. */
export async function ancestryOf(
  from: readonly RevisionPlace[],
  image: Image,
  { containsCommit }: Expectations,
  { history, deadline }: { readonly history: History; readonly deadline: Deadline },
): Promise<AncestryAnswers> {
  if (containsCommit === null) return new Map();
  const asked = revisionsToAsk(containsCommit, from, image);
  const ask = async (revision: string): Promise<readonly [string, Awaited<ReturnType<History['compare']>>]> => [
    revision,
    await history.compare(containsCommit, revision),
  ];
  return new Map(await deadline.race(Promise.all(asked.map(ask))));
}

/** What was found of signed provenance; that it could not be looked for is a finding, too. */
export async function findingOf(
  signatures: Promise<Signatures> | null,
  image: Image,
  holds: Holds,
  telling: Telling,
): Promise<Finding> {
  try {
    if (signatures === null) throw new Error('signed provenance was never looked for');
    return await (await signatures).judge(image, holds);
  } catch (error) {
    const { unknown } = await import('./signed/findings.ts');
    return unknown([toAssertImageError(error)], telling);
  }
}
