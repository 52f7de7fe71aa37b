import { AssertImageError } from '../../base/errors.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import { type Field, type FieldKind, formatField } from '../field/expectation.ts';
import { findField } from '../field/find.ts';
import { isCommitId } from './commit-id.ts';

/**
 * Where an image's revision stands: in a field of its own, in the provenance that a builder wrote beside it, or in
 * provenance that was signed for it and verified.
 */
export type RevisionPlace =
  Field | { readonly kind: 'provenance' } | { readonly kind: 'signed'; readonly revision: string };

/** A revision, and where the image states it. */
export interface StatedRevision {
  readonly value: string;
  readonly place: RevisionPlace;
}

/** Reads `label:KEY, env:NAME, annotation:KEY, provenance`. @throws AssertImageError `input` */
export function parseRevisionFrom(text: string): RevisionPlace[] {
  return text.split(/[,\n]/).map((part) => {
    if (part.trim() === 'provenance') return { kind: 'provenance' };
    const match = /^(label|env|annotation):(\S+)$/.exec(part.trim());
    if (!match) {
      throw new AssertImageError('input', `${JSON.stringify(part.trim())} does not say where a revision stands.`, {
        hint: 'Write label:KEY, env:NAME, annotation:KEY or provenance, several with commas between.',
      });
    }
    return { kind: match[1] as FieldKind, key: match[2] as string };
  });
}

export function formatPlace(place: RevisionPlace): string {
  switch (place.kind) {
    case 'provenance':
      return 'provenance';
    case 'signed':
      return 'signed provenance';
    default:
      return formatField(place);
  }
}

/** What one platform states as its revision: the first of the places that is present. */
export function statedRevision(from: readonly RevisionPlace[], platform: PlatformImage): StatedRevision | undefined {
  for (const place of from) {
    const value = valueAt(place, platform);
    if (value !== undefined) return { value, place };
  }
  return undefined;
}

function valueAt(place: RevisionPlace, platform: PlatformImage): string | undefined {
  switch (place.kind) {
    case 'provenance':
      return provenanceRevision(platform);
    case 'signed':
      return place.revision;
    default:
      return findField(place, platform)?.value;
  }
}

/** The commit that the provenance beside a platform names, if it was read and names one. */
export function provenanceRevision({ provenance }: PlatformImage): string | undefined {
  return provenance?.kind === 'stated' ? (provenance.facts.revision ?? undefined) : undefined;
}

/** Whether the list reaches the provenance, which costs requests: all before it is absent. */
export function reachesProvenance(from: readonly RevisionPlace[], platform: PlatformImage): boolean {
  const at = from.findIndex(({ kind }) => kind === 'provenance');
  if (at === -1) return false;
  try {
    return statedRevision(from.slice(0, at), platform) === undefined;
  } catch {
    // A variable with two values is present.
    return false;
  }
}

/**
 * The stated revision as it may be shown: a variable's value only where it is a commit ID, for it
 * may be anything. Undefined also where the image sets the variable in two ways.
 */
export function shownRevision(from: readonly RevisionPlace[], platform: PlatformImage): string | undefined {
  try {
    const stated = statedRevision(from, platform);
    return stated?.place.kind === 'env' && !isCommitId(stated.value) ? undefined : stated?.value;
  } catch {
    return undefined;
  }
}

/** Of all platforms, by name. */
export function shownRevisions(from: readonly RevisionPlace[], { platforms }: Image): ReadonlyMap<string, string> {
  return new Map(
    platforms.flatMap((platform) => {
      const shown = shownRevision(from, platform);
      return shown === undefined ? [] : [[platform.name, shown] as const];
    }),
  );
}
