import { AssertImageError } from '../../base/errors.ts';
import type { Image, PlatformImage } from '../../image/image.ts';
import { shorten } from '../../base/shorten.ts';
import type { Check } from '../check.ts';
import type { Field, FieldKind } from '../field/expectation.ts';
import { formatField } from '../field/expectation.ts';
import { explainDifference } from '../field/explain.ts';
import { type Found, findField } from '../field/find.ts';

/** The commit that an image must be built from. */
export interface RevisionExpectation {
  /** A full commit ID in lower case. */
  readonly commit: string;
  /** Other commits of this run, by which a mismatch explains itself. */
  readonly hints: RevisionHints;
}

export interface RevisionHints {
  /** Head of the pull request, where the expected commit is its merge commit. */
  readonly pullRequestHead?: string | undefined;
}

/** A full SHA-1 or SHA-256 commit ID; no abbreviation identifies a commit (catalogue S-13). */
export function isCommitId(text: string): boolean {
  return /^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(text);
}

/** Reads a full commit ID, to lower case. @throws AssertImageError `input` */
export function parseCommit(text: string): string {
  if (isCommitId(text) && !/^0+$/.test(text)) return text.toLowerCase();
  throw new AssertImageError('input', `${JSON.stringify(text)} is no full commit ID.`, {
    hint: 'Give all 40 or 64 hex digits (an abbreviation can be met by chance), or a keyword of this input.',
  });
}

/** Reads `label:KEY, env:NAME, annotation:KEY`. @throws AssertImageError `input` */
export function parseRevisionFrom(text: string): Field[] {
  return text.split(/[,\n]/).map((part) => {
    const match = /^(label|env|annotation):(\S+)$/.exec(part.trim());
    if (!match) {
      throw new AssertImageError('input', `${JSON.stringify(part.trim())} does not say where a revision stands.`, {
        hint: 'Write label:KEY, env:NAME or annotation:KEY, several with commas between.',
      });
    }
    return { kind: match[1] as FieldKind, key: match[2] as string };
  });
}

/** Enough for the longest commit ID and a suffix; a label can be megabytes. */
const MAX_TOLD_CHARS = 80;

/** What one platform states as its revision: the first of the fields that is present. */
export function statedRevision(
  from: readonly Field[],
  platform: PlatformImage,
): (Found & { field: Field }) | undefined {
  for (const field of from) {
    const found = findField(field, platform);
    if (found) return { ...found, field };
  }
  return undefined;
}

/**
 * The stated revision as it may be shown: a variable's value only where it is a commit ID, for it
 * may be anything. Undefined also where the image sets the variable in two ways.
 */
export function shownRevision(from: readonly Field[], platform: PlatformImage): string | undefined {
  try {
    const found = statedRevision(from, platform);
    return found?.field.kind === 'env' && !isCommitId(found.value) ? undefined : found?.value;
  } catch {
    return undefined;
  }
}

/** Of all platforms, by name. */
export function shownRevisions(from: readonly Field[], { platforms }: Image): ReadonlyMap<string, string> {
  return new Map(
    platforms.flatMap((platform) => {
      const shown = shownRevision(from, platform);
      return shown === undefined ? [] : [[platform.name, shown] as const];
    }),
  );
}

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

/** A label and an annotation of one name that differ: tools that read the other one see another commit (catalogue S-25). */
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
  if (found === undefined) return explainAbsence(from, platform);
  const stated = found.value.toLowerCase();
  if (hints.pullRequestHead !== undefined && stated === hints.pullRequestHead.toLowerCase()) {
    return `the image is built from the head of the pull request, ${stated}, and this run is about its merge commit ${commit}. Build what the default checkout gives, or set revision to ⟦pull request head⟧.`;
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
