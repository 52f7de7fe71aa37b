import { cited } from '../../base/cited.ts';
import { annotationsOf } from '../../image/annotations.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import { nearestNames } from '../../inputs/nearest.ts';
import type { Condition, Field } from './expectation.ts';
import { findField } from './find.ts';

/** Longer texts differ in more than a detail. */
const MAX_EXPLAINED_CHARS = 64 * 1024;

/** Why a value that is there does not satisfy, or how the expectation may have been meant. */
export function explainMismatch(condition: Condition, actual: string): string | undefined {
  if (condition.operator !== '=') return undefined;
  return explainDifference(condition.value, actual) ?? explainValue(condition.value, actual);
}

/** The nearest reason why two texts differ, as a sentence; undefined where none comes to mind. */
export function explainDifference(expected: string, actual: string): string | undefined {
  if (actual === '') return 'It is there, but empty.';
  if (actual.length > MAX_EXPLAINED_CHARS) return undefined;
  if (actual.normalize('NFKC') === expected.normalize('NFKC')) return 'It only looks the same: the characters differ.';
  if (actual.toLowerCase() === expected.toLowerCase()) return 'It differs only in upper and lower case.';
  if (actual.trim() === expected.trim()) return 'It differs only in white space at its ends.';
  if (actual === `v${expected}` || expected === `v${actual}`) return 'It differs only in a leading "v".';
  if (actual === `${expected}-dirty`) return 'It has a "-dirty" suffix: the build had uncommitted changes.';
  const isHex = /^[0-9a-f]{7,}$/i.test(actual) && /^[0-9a-f]{40,64}$/i.test(expected);
  if (isHex && expected.toLowerCase().startsWith(actual.toLowerCase())) {
    return 'It is an abbreviation, which others may share: let the build write the full commit ID.';
  }
  return undefined;
}

/** What an author may have written by accident: quotes of YAML, two expectations on one line. */
function explainValue(expected: string, actual: string): string | undefined {
  if (/^(['`])[^]*\1$/.test(expected) && expected.slice(1, -1) === actual)
    return 'The quotes are part of the expected value: leave them out.';
  const rest = expected.startsWith(actual) ? expected.slice(actual.length) : '';
  if (
    /^\s*[,;]?\s*["A-Za-z][^\s=]*\s*(=|!=|=~|!~)/.test(rest) ||
    /[,;\s]\s*[A-Za-z][\w./-]*\s*(=|!=|=~|!~)/.test(expected)
  )
    return 'This looks like two expectations on one line: write one per line (in YAML, behind "|").';
  return /^\s+#/.test(rest) ? 'The comment is part of the expected value: put it on a line of its own.' : undefined;
}

/** Where the key may have gone, as a sentence. */
export function explainAbsence(field: Field, platform: PlatformImage): string | undefined {
  if (field.kind !== 'annotation' && findField({ kind: 'annotation', key: field.key }, platform)) {
    return `There is an annotation of that name: expect it in annotations, or let the build write the ${field.kind}.`;
  }
  if (field.kind === 'annotation' && platform.configFile.config.labels.has(field.key)) {
    return 'There is a label of that name: expect it in labels.';
  }
  const keys = keysOf(field, platform);
  const sameButCase = keys.find((key) => key.toLowerCase() === field.key.toLowerCase());
  if (sameButCase !== undefined)
    return `There is ${field.kind} ${cited(sameButCase)}, which differs in upper and lower case.`;
  const [nearest] = nearestNames(
    field.key,
    keys.filter((key) => key.length <= MAX_KEY_CHARS),
  );
  return nearest === undefined ? undefined : `Did you mean ${cited(nearest)}?`;
}

/** Nearness costs the product of the lengths. */
const MAX_KEY_CHARS = 200;
const MAX_KEYS = 500;

function keysOf(field: Field, platform: PlatformImage): string[] {
  switch (field.kind) {
    case 'label':
      return [...platform.configFile.config.labels.keys()].slice(0, MAX_KEYS);
    case 'env':
      return [...platform.configFile.config.env.values.keys()].slice(0, MAX_KEYS);
    case 'annotation':
      return [...annotationsOf(platform).keys()].slice(0, MAX_KEYS);
  }
}
