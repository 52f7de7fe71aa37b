import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import { shorten } from '../../base/shorten.ts';
import { fillHints, type Hints } from '../../base/hints.ts';
import type { PullRequest } from '../../inputs/run.ts';
import type { Check } from '../check.ts';
import { explainDifference } from '../field/explain.ts';
import { isCommitId } from './commit-id.ts';
import { formatPlace, type RevisionPlace, type StatedRevision, statedRevision } from './stated.ts';
import { findField } from '../field/find.ts';

/** The commit that an image must be built from. */
export interface RevisionExpectation {
  /** A full commit ID in lower case. */
  readonly commit: string;
  /** An image that states none is no failure: signed provenance says it. */
  readonly isAbsenceFine?: boolean;
  /** Of this run; a mismatch explains itself by its other commits. */
  readonly pullRequest?: PullRequest | undefined;
  /** How hints speak where we run; absent: with their marks. */
  readonly hints?: Hints;
}

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
        `${platform.name} states ${found ? redact(found.value).slice(0, MAX_TOLD_CHARS) : 'nothing'}`,
    )
    .join(', ');
  const judged = stated.filter(({ found }) => found !== undefined || expectation.isAbsenceFine !== true);
  const checks = judged.map(({ platform, found }): Check => {
    const holds = found !== undefined && isCommitId(found.value) && found.value.toLowerCase() === expectation.commit;
    return {
      expectation: `revision = ${expectation.commit}`,
      platform: platform.name,
      holds,
      expected: expectation.commit,
      actual: found?.place.kind === 'env' && holds ? null : (found?.value ?? null),
      message: holds
        ? ''
        : explain(expectation, from, found, { platform, image }) +
          (isMixed ? ` The platforms of this image disagree: ${disagreement}.` : ''),
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
  const cite = (value: string): string => shorten(redact(value), MAX_CITED_CHARS);
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

/** One platform of an image. */
interface Seen {
  readonly platform: PlatformImage;
  readonly image: Image;
}

function explain(
  { commit, pullRequest, hints }: RevisionExpectation,
  from: readonly RevisionPlace[],
  found: StatedRevision | undefined,
  seen: Seen,
): string {
  const { platform } = seen;
  const say = (text: string): string => (hints ? fillHints(text, hints) : text);
  if (found === undefined) return say(explainAbsence(from, platform));
  const stated = found.value.toLowerCase();
  if (stated === pullRequest?.head?.toLowerCase() && stated !== commit) {
    return say(
      `the image is built from the head of the pull request, ${stated}, and this run is about its merge commit ${commit}. Build what the default checkout gives, or set revision to ⟦pull request head⟧.`,
    );
  }
  const nearest = explainDifference(commit, found.value);
  if (nearest !== '')
    return `${formatPlace(found.place)} is not the commit ${commit}.${nearest}${explainUnread(found, from, seen)}`;
  if (!isCommitId(found.value)) return `${formatPlace(found.place)} is no full commit ID.`;
  return `the image is built from another commit, ${stated}.${pullRequest?.note ? ` ${pullRequest.note}` : ''}`;
}

/** An empty label is present. BuildKit may have written the commit beside it all the same. */
function explainUnread({ value }: StatedRevision, from: readonly RevisionPlace[], { platform, image }: Seen): string {
  const hasAttestation = image.attestations.some(({ subject }) => subject === platform.manifestDigest);
  const isReached = from.some(({ kind }) => kind === 'provenance');
  return value === '' && hasAttestation && isReached && platform.provenance === null
    ? ' The build wrote provenance beside the image: leave the empty label out, or set revision-from to provenance.'
    : '';
}

function explainAbsence(from: readonly RevisionPlace[], platform: PlatformImage): string {
  const elsewhere = from.find(
    (place) => place.kind === 'label' && findField({ kind: 'annotation', key: place.key }, platform) !== undefined,
  );
  const names = from.map(formatPlace).join(', ');
  return elsewhere?.kind === 'label'
    ? `the image does not state its revision in a label, but in the annotation ${elsewhere.key}: set revision-from to annotation:${elsewhere.key}, or let the build write the label.`
    : `the image does not state its revision (${names} ${from.length === 1 ? 'is' : 'are'} absent${reasonOf(platform)}). Let the build write it, for example with ⟦labels⟧, or say where it stands in revision-from. BUILDX_GIT_LABELS=1 makes buildx write it without a change of the Dockerfile.`;
}

/** Why there is no commit in the provenance, where it was looked for. */
function reasonOf({ provenance }: PlatformImage): string {
  switch (provenance?.kind) {
    case 'none':
      return `: ${provenance.reason}`;
    case 'foreign':
      return ': its provenance describes another image';
    case 'stated':
      return ': its provenance names no commit';
    default:
      return '';
  }
}
