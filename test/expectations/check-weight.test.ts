import { expect, test } from 'vitest';
import { type Check, weightOfChecks } from '../../src/expectations/check.ts';

const check = (actual: string | null, message: string): Check => ({
  topic: 'field',
  name: '',
  expectation: 'label a = b',
  platform: 'linux/amd64',
  holds: message === '',
  expected: 'b',
  actual,
  message,
});

const weigh = (...checks: Check[]): number => weightOfChecks({ checks, notices: [] });

test('a check weighs its own bytes, and two for each character of what was there and what is said', () => {
  const empty = weigh(check(null, ''));
  expect(empty).toBe(240);
  expect(weigh(check('abc', '')) - empty).toBe(6);
  expect(weigh(check(null, 'abcde')) - empty).toBe(10);
  expect(weigh(check('abc', 'abcde'), check(null, '')) - empty).toBe(256);
});

test('a notice weighs two bytes for each of its characters', () => {
  expect(weightOfChecks({ checks: [], notices: ['abc', 'defgh'] })).toBe(16);
});
