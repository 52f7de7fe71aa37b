import type { Image } from '../../image/image.ts';
import { cited } from '../../base/cited.ts';
import { shorten } from '../../base/shorten.ts';
import type { Check } from '../check.ts';
import { isCommitId } from './commit-id.ts';
import type { RevisionExpectation } from './expectation.ts';
import { explainRevision } from './explain.ts';
import { type RevisionPlace, statedRevision } from './stated.ts';
import { findField } from '../field/find.ts';

/** Enough for the longest commit ID and a suffix; a label can be megabytes. */
const MAX_TOLD_CHARS = 80;

/** One check a platform: the stated revision is the expected commit, whole, case ignored. */
export function checkRevision(
  expectation: RevisionExpectation,
  from: readonly RevisionPlace[],
  image: Image,
  redact: (text: string) => string = (text) => text,
): { checks: Check[]; notices: string[] } {
  const stated = image.platforms.map((platform) => ({ platform, found: statedRevision(from, platform) }));
  const isMixed = new Set(stated.map(({ found }) => found?.value.toLowerCase())).size > 1;
  const disagreement = stated
    .map(
      ({ platform, found }) =>
        `${platform.name} states ${found ? cited(redact(found.value).slice(0, MAX_TOLD_CHARS)) : 'nothing'}`,
    )
    .join(', ');
  const judged = stated.filter(({ found }) => found !== undefined || expectation.isAbsenceFine !== true);
  const checks = judged.map(({ platform, found }): Check => {
    const holds = found !== undefined && isCommitId(found.value) && found.value.toLowerCase() === expectation.commit;
    const told = explainRevision(expectation, from, found, { platform, image });
    const note = isMixed ? { note: `The platforms of this image disagree: ${disagreement}.` } : {};
    return {
      topic: 'revision',
      name: 'revision',
      expectation: `revision = ${expectation.commit}`,
      platform: platform.name,
      holds,
      expected: expectation.commit,
      actual: found?.place.kind === 'env' && holds ? null : (found?.value ?? null),
      isAbsent: found === undefined,
      ...(holds ? { message: '' } : { ...told, ...note }),
    };
  });
  return { checks, notices: disagreeingAnnotations(from, image, redact) };
}

const MAX_CITED_CHARS = 200;

/** A label and an annotation of one name that differ: tools that read the other one see another commit (docker/metadata-action writes both). */
function disagreeingAnnotations(
  from: readonly RevisionPlace[],
  image: Image,
  redact: (text: string) => string,
): string[] {
  // Each can be megabytes, and there is one for each platform. A secret that is cut could no longer be recognised.
  const cite = (value: string): string => cited(shorten(redact(value), MAX_CITED_CHARS));
  const labels = from.flatMap((place) => (place.kind === 'label' ? [place] : []));
  return image.platforms.flatMap((platform) =>
    labels.flatMap(({ key }) => {
      const label = findField({ kind: 'label', key }, platform);
      const annotation = findField({ kind: 'annotation', key }, platform);
      if (label === undefined || annotation === undefined || label.value === annotation.value) return [];
      return [
        `${platform.name}: the label ${key} says ${cite(label.value)}, the ${annotation.where} of that name ${cite(annotation.value)}.`,
      ];
    }),
  );
}
