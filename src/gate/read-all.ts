import type { ImageBudget } from '../base/budget.ts';
import type { Deadline } from '../base/deadline.ts';
import { type AssertImageError, toAssertImageError } from '../base/errors.ts';
import { type Image, readImage } from '../image/image.ts';
import type { Source } from '../image/source.ts';
import type { Digest } from '../reference/digest.ts';
import { type Reference, tagOrDigest } from '../reference/reference.ts';
import type { GateContext } from './context.ts';
import type { Signatures } from './signed/signatures.ts';
import { announcing } from './source.ts';
import { withProvenance } from './stated.ts';

/** An image that was read, and what of its provenance is still looked for. */
export interface Seen {
  readonly image: Image;
  readonly signatures: Promise<Signatures> | null;
  /** Why what stands beside it could not be read. */
  readonly failure: AssertImageError | null;
}

/** The image; its signatures are looked for as soon as its digest is known. */
export async function readAll(
  reference: Reference,
  { source, budget, deadline }: { readonly source: Source; readonly budget: ImageBudget; readonly deadline: Deadline },
  { signatures: open, settings }: GateContext,
): Promise<Seen> {
  const { platforms, expectations } = settings;
  let signatures: Promise<Signatures> | null = null;
  const begin = (digest: Digest): void => void signatures?.then((search) => search.begin(digest)).catch(() => {});
  const reading = readImage(open ? announcing(source, begin) : source, tagOrDigest(reference), platforms, budget);
  // Loaded while the first request is away.
  signatures = open?.(reference, deadline) ?? null;
  signatures?.catch(() => {});
  const image = await deadline.race(reading);
  try {
    return {
      image: await deadline.race(withProvenance(image, expectations, { source, budget })),
      signatures,
      failure: null,
    };
  } catch (error) {
    return { image, signatures, failure: toAssertImageError(error) };
  }
}
