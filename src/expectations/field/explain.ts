import { annotationsOf } from '../../image/annotations.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Field } from './expectation.ts';
import { findField } from './find.ts';

/** Longer texts differ in more than a detail. */
const MAX_EXPLAINED_CHARS = 64 * 1024;

/** The nearest reason why two texts differ, as a sentence with a space in front; empty where none comes to mind. */
export function explainDifference(expected: string, actual: string): string {
  if (actual === '') return ' It is there, but empty.';
  if (actual.length > MAX_EXPLAINED_CHARS) return '';
  if (actual.normalize('NFKC') === expected.normalize('NFKC')) return ' It only looks the same: the characters differ.';
  if (actual.toLowerCase() === expected.toLowerCase()) return ' It differs only in upper and lower case.';
  if (actual.trim() === expected.trim()) return ' It differs only in white space at its ends.';
  if (actual === `v${expected}` || expected === `v${actual}`) return ' It differs only in a leading "v".';
  if (actual === `${expected}-dirty`) return ' It has a "-dirty" suffix: the build had uncommitted changes.';
  const isHex = /^[0-9a-f]{7,}$/i.test(actual) && /^[0-9a-f]{40,64}$/i.test(expected);
  if (isHex && expected.toLowerCase().startsWith(actual.toLowerCase())) {
    return ' It is an abbreviation, which others may share: let the build write the full commit ID.';
  }
  return '';
}

/** Where the key may have gone, as a sentence with a space in front. */
export function explainAbsence(field: Field, platform: PlatformImage): string {
  if (field.kind !== 'annotation' && findField({ kind: 'annotation', key: field.key }, platform)) {
    return ` There is an annotation of that name: expect it in annotations, or let the build write the ${field.kind}.`;
  }
  if (field.kind === 'annotation' && platform.configFile.config.labels.has(field.key)) {
    return ' There is a label of that name: expect it in labels.';
  }
  const sameButCase = keysOf(field, platform).find((key) => key.toLowerCase() === field.key.toLowerCase());
  return sameButCase === undefined
    ? ''
    : ` There is ${field.kind} ${sameButCase}, which differs in upper and lower case.`;
}

function keysOf(field: Field, platform: PlatformImage): string[] {
  switch (field.kind) {
    case 'label':
      return [...platform.configFile.config.labels.keys()];
    case 'env':
      return [...platform.configFile.config.env.values.keys()];
    case 'annotation':
      return [...annotationsOf(platform).keys()];
  }
}
