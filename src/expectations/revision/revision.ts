import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import { shorten } from '../../base/shorten.ts';
import { inWords, type Words } from '../../base/words.ts';
import type { Check } from '../check.ts';
import type { Field } from '../field/expectation.ts';
import { formatField } from '../field/expectation.ts';
import { explainDifference } from '../field/explain.ts';
import { isCommitId } from './commit-id.ts';
import { statedRevision } from './stated.ts';
import { type Found, findField } from '../field/find.ts';

/** The commit that an image must be built from. */
export interface RevisionExpectation {
  /** A full commit ID in lower case. */
  readonly commit: string;
  /** Other commits of this run, by which a mismatch explains itself. */
  readonly hints: RevisionHints;
}

interface RevisionHints {
  /** Head of the pull request, where the expected commit is its merge commit. */
  readonly pullRequestHead?: string | undefined;
  /** How hints speak where we run; absent: with their marks. */
  readonly words?: Words;
}

/** Enough for the longest commit ID and a suffix; a label can be megabytes. */
const MAX_TOLD_CHARS = 80;

/** One check a platform: the stated revision is the expected commit, whole, case ignored. */
export function checkRevision(
  expectation: RevisionExpectation,
  from: readonly Field[],
  image: Image,
  redact: (text: string) => string = (text) => text,
): { checks: Check[]; notices: string[] } {
  const stated = image.platforms.map((platform) => ({ platform, found: statedRevision(from, platform) }));
  const isMixed = new Set(stated.map(({ found }) => found?.value.toLowerCase())).size > 1;
  const disagreement = stated
    .map(
      ({ platform, found }) =>
        `${platform.name} states ${found ? redact(found.value).slice(0, MAX_TOLD_CHARS) : 'nothing'}`,
    )
    .join(', ');
  const checks = stated.map(({ platform, found }): Check => {
    const holds = found !== undefined && isCommitId(found.value) && found.value.toLowerCase() === expectation.commit;
    return {
      expectation: `revision = ${expectation.commit}`,
      platform: platform.name,
      holds,
      expected: expectation.commit,
      actual: found?.field.kind === 'env' && holds ? null : (found?.value ?? null),
      message: holds
        ? ''
        : explain(expectation, from, found, platform) +
          (isMixed ? ` The platforms of this image disagree: ${disagreement}.` : ''),
    };
  });
  return { checks, notices: disagreeingAnnotations(from, image, redact) };
}

const MAX_CITED_CHARS = 200;

/** A label and an annotation of one name that differ: tools that read the other one see another commit (docker/metadata-action writes both). */
function disagreeingAnnotations(from: readonly Field[], image: Image, redact: (text: string) => string): string[] {
  // Each can be megabytes, and there is one for each platform. A secret that is cut could no longer be recognised.
  const cite = (value: string): string => shorten(redact(value), MAX_CITED_CHARS);
  const labels = from.filter(({ kind }) => kind === 'label');
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

function explain(
  { commit, hints }: RevisionExpectation,
  from: readonly Field[],
  found: (Found & { field: Field }) | undefined,
  platform: PlatformImage,
): string {
  const { words } = hints;
  const say = (text: string): string => (words ? inWords(text, words) : text);
  if (found === undefined) return say(explainAbsence(from, platform));
  const stated = found.value.toLowerCase();
  if (hints.pullRequestHead !== undefined && stated === hints.pullRequestHead.toLowerCase()) {
    return say(
      `the image is built from the head of the pull request, ${stated}, and this run is about its merge commit ${commit}. Build what the default checkout gives, or set revision to ⟦pull request head⟧.`,
    );
  }
  const nearest = explainDifference(commit, found.value);
  if (nearest !== '') return `${formatField(found.field)} is not the commit ${commit}.${nearest}`;
  if (!isCommitId(found.value)) return `${formatField(found.field)} is no full commit ID.`;
  return `the image is built from another commit, ${stated}.`;
}

function explainAbsence(from: readonly Field[], platform: PlatformImage): string {
  const elsewhere = from.find(
    ({ kind, key }) => kind === 'label' && findField({ kind: 'annotation', key }, platform) !== undefined,
  );
  const names = from.map(formatField).join(', ');
  return elsewhere
    ? `the image does not state its revision in a label, but in the annotation ${elsewhere.key}: set revision-from to annotation:${elsewhere.key}, or let the build write the label.`
    : `the image does not state its revision (${names} ${from.length === 1 ? 'is' : 'are'} absent). Let the build write it, for example with ⟦labels⟧, or say where it stands in revision-from.`;
}
