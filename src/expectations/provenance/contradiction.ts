import { cited } from '../../base/cited.ts';
import { shorten } from '../../base/shorten.ts';
import type { Image } from '../../image/image.ts';
import { type RevisionPlace, statedRevision } from '../revision/stated.ts';

/** A platform that states another commit than the one that was signed. */
export interface Contradiction {
  readonly platform: string;
  /** What it states; null where it is not to be shown. */
  readonly actual: string | null;
  readonly message: string;
}

const MAX_CITED_CHARS = 200;

/**
 * The first platform whose stated revision is not the commit that was signed; null where none is. To state none is
 * fine.
 *
 * @throws AssertImageError `ambiguous` or `malformed` for a variable that can be read in two ways
 */
export function contradictionOf(
  signed: string,
  from: readonly RevisionPlace[],
  { platforms }: Pick<Image, 'platforms'>,
  redact: (text: string) => string,
): Contradiction | null {
  for (const platform of platforms) {
    const stated = statedRevision(from, platform);
    if (stated === undefined || stated.value.toLowerCase() === signed.toLowerCase()) continue;
    const { kind } = stated.place;
    const isShown = kind !== 'env';
    const says = isShown
      ? stated.value === ''
        ? 'nothing'
        : cited(shorten(redact(stated.value), MAX_CITED_CHARS))
      : 'another commit';
    return {
      platform: platform.name,
      actual: isShown ? stated.value : null,
      message: `the ${NAMES[kind]} says ${says}, the signed provenance ${signed}: the ${NAMES[kind]} is not true for this run.`,
    };
  }
  return null;
}

const NAMES: Readonly<Record<RevisionPlace['kind'], string>> = {
  label: 'label',
  annotation: 'annotation',
  env: 'variable',
  provenance: 'provenance beside the image',
  signed: 'signed provenance',
};
