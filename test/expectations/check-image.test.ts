/** What is absent: keys and platforms. */
import { expect, test } from 'vitest';
import { checkImage } from '../../src/expectations/check-image.ts';
import { isNegative } from '../../src/expectations/field/expectation.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';
import { parseWantedPlatform } from '../../src/reference/platform.ts';
import { imageOf, NOTHING_EXPECTED } from '../support/facts.ts';

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

test('a platform that is absent is told beside those that are there', () => {
  const single = { ...imageOf([{}]), index: null, absent: [parseWantedPlatform('linux/arm64')] };
  expect(checkImage(single, NOTHING_EXPECTED).checks[0]).toMatchObject({ holds: false, actual: 'linux/amd64' });
});
