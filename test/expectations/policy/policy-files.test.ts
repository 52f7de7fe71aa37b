/** Policy files: keys, items and what a metadataTest shows. */
import { describe, expect, test } from 'vitest';
import { formatExpectation } from '../../../src/expectations/field/expectation.ts';
import { checkMetadata } from '../../../src/expectations/policy/check-metadata.ts';
import { parsePolicy } from '../../../src/expectations/policy/policy.ts';
import { imageOf } from '../../support/facts.ts';
import { COMMIT } from '../../support/images.ts';

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
    ['any', 'not a full commit ID'],
    ['auto', ''],
    [COMMIT, ''],
    ['abc', 'not a full commit ID'],
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
