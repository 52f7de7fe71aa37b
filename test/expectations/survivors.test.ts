/** What mutation testing showed to be untested (`npm run mutate`). */
import { describe, expect, test } from 'vitest';
import { celFactsOf } from '../../src/expectations/cel/facts.ts';
import { parseCel } from '../../src/expectations/cel/cel.ts';
import { checkImage } from '../../src/expectations/check-image.ts';
import type { Check } from '../../src/expectations/check.ts';
import { formatExpectation, isNegative } from '../../src/expectations/field/expectation.ts';
import { isNothingExpected } from '../../src/expectations/expectations.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';
import { checkMetadata } from '../../src/expectations/policy/check-metadata.ts';
import { parsePolicy } from '../../src/expectations/policy/policy.ts';
import { checkRevision } from '../../src/expectations/revision/revision.ts';
import { parseRevisionFrom, shownRevision } from '../../src/expectations/revision/stated.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { parseWantedPlatform } from '../../src/reference/platform.ts';
import { imageOf, NOTHING_EXPECTED } from '../support/facts.ts';
import { COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';

test.each([
  [{}, true],
  [{ revision: { commit: COMMIT, hints: {} } }, false],
  [{ containsCommit: COMMIT }, false],
  [{ digest: `sha256:${'a'.repeat(64)}` as Digest }, false],
  [{ fields: [parseExpectation('a', 'label', parsePattern)] }, false],
  [{ cel: [parseCel('true')] }, false],
  [
    { metadataTests: [parsePolicy("schemaVersion: '2.0.0'\nmetadataTest: {user: a}\n").policy.metadataTest as never] },
    false,
  ],
])('nothing is expected of %o: %s', (changes, isNothing) => {
  expect(isNothingExpected({ ...NOTHING_EXPECTED, ...changes })).toBe(isNothing);
});

test.each([
  ['a!=b', true],
  ['a!~b', true],
  ['a notin (b)', true],
  ['!a', true],
  ['a=b', false],
  ['a=~b', false],
  ['a in (b)', false],
  ['a', false],
])('%s holds also where the key is absent: %s', (line, negative) => {
  expect(isNegative(parseExpectation(line, 'label', parsePattern).condition)).toBe(negative);
});

test.each([
  ['a label of any text', `label:${REVISION}`, 'main', 'main'],
  ['a variable that is a commit', 'env:SHA', COMMIT, COMMIT],
  ['a variable that is none', 'env:SHA', 'hunter2', undefined],
])('%s may be handed on: %j', (_, from, value, shown) => {
  const image = imageOf([{ labels: { [REVISION]: value }, env: [`SHA=${value}`] }]);
  expect(shownRevision(parseRevisionFrom(from), image.platforms[0] as never)).toBe(shown);
});

test.each([
  [['A=1'], true],
  [['A=1', 'A=2'], false],
  [['A=1', 'B'], false],
])('CEL has the environment %j: %s', (env, has) => {
  const image = imageOf([{ env }]);
  const context = {
    reference: 'r',
    tag: null,
    run: { eventName: '', sha: '', ref: '', repository: '' },
    now: new Date(),
  };
  const facts = celFactsOf(image.platforms[0] as never, { ...context, image });
  expect((facts.image as Map<string, unknown>).has('env')).toBe(has);
});

describe('what is shown of a revision', () => {
  const shown = (from: string, env: string[] = [], label = COMMIT): string | null =>
    (
      checkRevision(
        { commit: COMMIT, hints: {} },
        parseRevisionFrom(from),
        imageOf([{ labels: { [REVISION]: label }, env }]),
      ).checks[0] as Check
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
  expect(checkRevision({ commit: COMMIT, hints: {} }, parseRevisionFrom(from), image).notices).toHaveLength(count);
});

describe('metadataTest shows the value of a variable only where it failed', () => {
  const { metadataTest } = parsePolicy(
    "schemaVersion: '2.0.0'\nmetadataTest: {envVars: [{key: A, value: x}, {key: B, value: b}, {key: C, value: c}], labels: [{key: a, value: b}]}\n",
  ).policy;
  const checks = checkMetadata(
    metadataTest as never,
    imageOf([{ env: ['A=shown', 'B=b'], labels: { a: 'b' } }]).platforms[0] as never,
  );
  test.each([
    ['envVars A = x', false, 'shown'],
    ['envVars B = b', true, null],
    ['envVars C = c', false, null],
    ['labels a = b', true, 'b'],
  ])('%s: holds %s, shown %j', (name, holds, actual) => {
    expect(checks.find(({ expectation }) => expectation === `metadataTest ${name}`)).toMatchObject({ holds, actual });
  });
});

describe('policy files', () => {
  const problems = (text: string): string =>
    parsePolicy(text)
      .problems.map(({ message }) => message)
      .join('\n');
  test('YAML merge keys are keys like any other', () => {
    expect(problems('labels:\n  <<: {a: b}\n')).toMatch(/labels: << is not a string/);
  });
  test.each([
    ['any', 'no full commit ID'],
    ['auto', ''],
    [COMMIT, ''],
    ['abc', 'no full commit ID'],
  ])('revision: %s', (revision, message) => {
    expect(problems(`revision: ${revision}\n`)).toContain(message);
    expect(problems(`revision: ${revision}\n`) === '').toBe(message === '');
  });
  test('an empty key of a map is no expectation', () => {
    expect(problems('labels: {"": b}\n')).toContain('is empty');
    expect(parsePolicy('labels: {"": b, c: d}\n').policy.fields.map(formatExpectation)).toEqual(['label c = d']);
  });
  test('an item without a key, an unbound variable with isRegex', () => {
    expect(problems("schemaVersion: '2.0.0'\nmetadataTest: {labels: [{key: '', value: x}]}\n")).toContain(
      'key is empty',
    );
    const { policy } = parsePolicy(
      "schemaVersion: '2.0.0'\nmetadataTest: {unboundEnvVars: [{key: A, value: '(', isRegex: true}]}\n",
    );
    expect(policy.metadataTest?.unboundEnvVars).toEqual(['A']);
  });
});

test.each([
  '{nope: 1}.size() == 1',
  '{"a": nope}.size() == 1',
  '[nope].size() == 1',
  'image.labels[nope] == "a"',
  'nope.a == 1',
  '"a".startsWith(nope)',
])('an unknown name is found in %s', (source) => {
  expect(() => parseCel(source)).toThrow('no variable nope');
});

test('a platform that is absent is told beside those that are there', () => {
  const single = { ...imageOf([{}]), index: null, absent: [parseWantedPlatform('linux/arm64')] };
  expect(checkImage(single, NOTHING_EXPECTED).checks[0]).toMatchObject({ holds: false, actual: 'linux/amd64' });
});
