import { fillHints } from '../../base/hints.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Check } from '../check.ts';
import { explainDifference } from '../field/explain.ts';
import { findField } from '../field/find.ts';
import { isCommitId } from './commit-id.ts';
import type { RevisionExpectation } from './expectation.ts';
import { formatPlace, type RevisionPlace, type StatedRevision } from './stated.ts';

/** One platform of an image. */
interface Seen {
  readonly platform: PlatformImage;
  readonly image: Image;
}

/** Why the stated revision is not the expected commit, as near as can be told. */
export function explainRevision(
  { commit, pullRequest, hints }: RevisionExpectation,
  from: readonly RevisionPlace[],
  found: StatedRevision | undefined,
  seen: Seen,
): Pick<Check, 'message' | 'found' | 'hint'> {
  const say = (text: string): string => (hints ? fillHints(text, hints) : text);
  if (found === undefined) return explainAbsence(from, seen.platform, say);
  const stated = found.value.toLowerCase();
  if (stated === pullRequest?.head?.toLowerCase() && stated !== commit) {
    return {
      message: `the image is built from the head of the pull request, ${stated}, and this run is about its merge commit ${commit}`,
      hint: say('Build what the default checkout gives, or set revision to ⟦pull request head⟧.'),
    };
  }
  const place = formatPlace(found.place);
  const nearest = explainDifference(commit, found.value);
  if (nearest !== undefined) {
    const unread = explainUnread(found, from, seen);
    return { message: `${place} is not the commit ${commit}`, found: 'it is', hint: nearest + unread };
  }
  if (!isCommitId(found.value))
    return {
      message: `${place} is not a full commit ID`,
      found: 'it is',
      hint: say('Let the build write the full commit ID, for example with ⟦labels⟧.'),
    };
  return { message: `the image is not built from ${commit}`, found: 'it states', hint: pullRequest?.note };
}

/** An empty label is present. BuildKit may have written the commit beside it all the same. */
function explainUnread({ value }: StatedRevision, from: readonly RevisionPlace[], { platform, image }: Seen): string {
  const hasAttestation = image.attestations.some(({ subject }) => subject === platform.manifestDigest);
  const isReached = from.some(({ kind }) => kind === 'provenance');
  return value === '' && hasAttestation && isReached && platform.provenance === null
    ? ' The build wrote provenance beside the image: leave the empty label out, or set revision-from to provenance.'
    : '';
}

function explainAbsence(
  from: readonly RevisionPlace[],
  platform: PlatformImage,
  say: (text: string) => string,
): Pick<Check, 'message' | 'hint'> {
  const elsewhere = from.find(
    (place) => place.kind === 'label' && findField({ kind: 'annotation', key: place.key }, platform) !== undefined,
  );
  if (elsewhere?.kind === 'label')
    return {
      message: `the image does not state its revision in a label, but in the annotation ${elsewhere.key}`,
      hint: `Set revision-from to annotation:${elsewhere.key}, or let the build write the label.`,
    };
  const names = from.map(formatPlace).join(', ');
  return {
    message: `the image does not state its revision (${names} ${from.length === 1 ? 'is' : 'are'} absent${reasonOf(platform)})`,
    hint: say(
      'Let the build write it, for example with ⟦labels⟧, or say where it stands in revision-from. BUILDX_GIT_LABELS=1 makes buildx write it without a change of the Dockerfile.',
    ),
  };
}

/** Why there is no commit in the provenance, where it was looked for. */
function reasonOf({ provenance }: PlatformImage): string {
  switch (provenance?.kind) {
    case 'none':
      return `: ${provenance.reason}`;
    case 'foreign':
      return ': its provenance describes another image';
    case 'stated':
      return ': its provenance does not name a commit';
    default:
      return '';
  }
}
