import { compareVersions, validate } from 'compare-versions';
import type { Look, Result } from '../gate/verdict.ts';
import { shortName } from './failed.ts';

/** Images of one digest, with one result: they differ in their names alone. */
export interface ImageGroup {
  readonly result: Result;
  /** At least one. */
  readonly looks: readonly Look[];
}

/** Worst first, otherwise as they were looked at: newest first where a pattern selected them. */
const ORDER: readonly Result[] = ['error', 'missing', 'fail', 'pass'];

export function groupImages(looks: readonly Look[]): ImageGroup[] {
  const groups = new Map<string, Look[]>();
  for (const [at, look] of looks.entries()) {
    const { reference, image, result } = look;
    // What one registry calls a digest says nothing about another.
    const key =
      image && reference
        ? `${reference.registry}/${reference.repository}@${image.digest} ${result}`
        : `${at} ${result}`;
    groups.set(key, [...(groups.get(key) ?? []), look]);
  }
  return [...groups.values()]
    .map((group) => ({ result: (group[0] as Look).result, looks: group.toSorted(byVersion) }))
    .toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
}

/** Highest version first; what is not a version comes last, in the order of its letters and numbers. */
function byVersion(a: Look, b: Look): number {
  const [one, other] = [shortName(a), shortName(b)];
  const [version, otherVersion] = [versionOf(one), versionOf(other)];
  if (version !== null && otherVersion !== null) return compareVersions(otherVersion, version);
  if ((version === null) !== (otherVersion === null)) return version === null ? 1 : -1;
  return COLLATOR.compare(one, other);
}

/** Whole, as the library wants it: tags leave zeros out (`v1.10-rc1`). */
function versionOf(tag: string): string | null {
  const [, major, minor = '.0', patch = '.0', rest = ''] = /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(.*)$/s.exec(tag) ?? [];
  const version = `${major}${minor}${patch}${rest}`;
  return major !== undefined && validate(version) ? version : null;
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** With `require: any`, what matches is what a reader looks for. */
export function ordered(groups: readonly ImageGroup[], { require }: { readonly require: 'all' | 'any' }): ImageGroup[] {
  if (require === 'all') return [...groups];
  return groups.toSorted((a, b) => Number(b.result === 'pass') - Number(a.result === 'pass'));
}
