import { AssertImageError } from '../../base/errors.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Field, FieldKind } from '../field/expectation.ts';
import { findField, type Found } from '../field/find.ts';
import { isCommitId } from './commit-id.ts';

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
