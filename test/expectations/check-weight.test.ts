import { expect, test } from 'vitest';
import { type Check, weightOfChecks } from '../../src/expectations/check.ts';

const check = (actual: string | null, message: string): Check => ({
  expectation: 'label a = b',
  platform: 'linux/amd64',
  holds: message === '',
  expected: 'b',
  actual,
  message,
});

test('a check weighs its own bytes, and two for each character of what was there and what is said', () => {
  const empty = weightOfChecks([check(null, '')]);
  expect(empty).toBe(160);
  expect(weightOfChecks([check('abc', '')]) - empty).toBe(6);
  expect(weightOfChecks([check(null, 'abcde')]) - empty).toBe(10);
  expect(weightOfChecks([check('abc', 'abcde'), check(null, '')]) - empty).toBe(176);
});
