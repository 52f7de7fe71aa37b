import type { ImageBudget } from '../base/budget.ts';
import { toAssertImageError } from '../base/errors.ts';
import type { Expectations } from '../expectations/expectations.ts';
import { reachesProvenance } from '../expectations/revision/stated.ts';
import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { StatedProvenance } from '../image/stated-provenance.ts';
import { Reading } from '../image/reading.ts';
import type { Source } from '../image/source.ts';

/** What an image is read from, and what it may take in memory. */
interface Means {
  readonly source: Source;
  readonly budget: ImageBudget;
}

/**
 * Adds what builders wrote beside the platforms, where the list of `revision-from` reaches it or an expression asks
 * for it. An image with a label costs no request more.
 *
 * @throws AssertImageError where it cannot be read, and something is expected of it
 */
export async function withProvenance(
  image: Image,
  expectations: Expectations,
  { source, budget }: Means,
): Promise<Image> {
  const { revision, revisionFrom, containsCommit, provenance, cel } = expectations;
  const isAskedFor = cel.some(({ asksStatedProvenance }) => asksStatedProvenance);
  const isWanted = (platform: PlatformImage): boolean => isAskedFor || reachesProvenance(revisionFrom, platform);
  if (!image.platforms.some(isWanted)) return image;
  const without = (reason: string): Image => withNone(image, isWanted, { kind: 'none', reason });
  if (image.attestations.length === 0) return without('there is no attestation beside it');
  const { withStatedProvenance } = await import('../provenance/stated.ts');
  try {
    return await withStatedProvenance(image, new Reading(source, budget), isWanted);
  } catch (error) {
    // A signature must not contradict what is stated: then it has to be known.
    const isNeeded = isAskedFor || [revision, containsCommit, provenance].some((expected) => expected !== null);
    if (isNeeded) throw error;
    return without(toAssertImageError(error).message);
  }
}

function withNone(image: Image, isWanted: (platform: PlatformImage) => boolean, provenance: StatedProvenance): Image {
  const platforms = image.platforms.map((platform) => (isWanted(platform) ? { ...platform, provenance } : platform));
  return { ...image, platforms };
}
