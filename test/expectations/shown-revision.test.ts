/** What of a stated revision is shown. */
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/expectations/check.ts';
import { checkRevision } from '../../src/expectations/revision/revision.ts';
import { parseRevisionFrom, shownRevision, shownRevisions } from '../../src/expectations/revision/stated.ts';
import { imageOf } from '../support/facts.ts';
import { COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';

test.each([
  ['a label of any text', `label:${REVISION}`, 'main', 'main'],
  ['a variable that is a commit', 'env:SHA', COMMIT, COMMIT],
  ['a variable that is none', 'env:SHA', 'hunter2', undefined],
])('%s may be handed on: %j', (_, from, value, shown) => {
  const image = imageOf([{ labels: { [REVISION]: value }, env: [`SHA=${value}`] }]);
  expect(shownRevision(parseRevisionFrom(from), image.platforms[0] as never)).toBe(shown);
});

describe('what is shown of a revision', () => {
  const shown = (from: string, env: string[] = [], label = COMMIT): string | null =>
    (
      checkRevision({ commit: COMMIT }, parseRevisionFrom(from), imageOf([{ labels: { [REVISION]: label }, env }]))
        .checks[0] as Check
    ).actual;
  test('a label, held or not', () => {
    expect(shown(`label:${REVISION}`)).toBe(COMMIT);
    expect(shown(`label:${REVISION}`, [], OTHER_COMMIT)).toBe(OTHER_COMMIT);
    expect(shown('label:none')).toBeNull();
  });
  test('a variable only where it failed', () => {
    expect(shown('env:SHA', [`SHA=${COMMIT}`])).toBeNull();
    expect(shown('env:SHA', ['SHA=other'])).toBe('other');
  });
});

test.each([
  ['label and annotation of one name that differ', `label:${REVISION}`, OTHER_COMMIT, 1],
  ['the same in both', `label:${REVISION}`, COMMIT, 0],
  ['no label asked', `annotation:${REVISION}`, OTHER_COMMIT, 0],
])('%s: %i notice', (_, from, annotation, count) => {
  const image = imageOf([{ labels: { [REVISION]: COMMIT }, annotations: { [REVISION]: annotation } }]);
  expect(checkRevision({ commit: COMMIT }, parseRevisionFrom(from), image).notices).toHaveLength(count);
});

test('of all platforms, those that may be shown, by name', () => {
  const image = imageOf([
    { labels: { [REVISION]: COMMIT } },
    { platform: 'linux/arm64', labels: {} },
    { platform: 'linux/s390x', labels: { [REVISION]: 'v1.2.3' } },
  ]);
  expect([...shownRevisions(parseRevisionFrom(`label:${REVISION}`), image)]).toEqual([
    ['linux/amd64', COMMIT],
    ['linux/s390x', 'v1.2.3'],
  ]);
});
