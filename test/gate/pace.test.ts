import { expect, test } from 'vitest';
import { Pace } from '../../src/gate/pace.ts';

test('half as many after each refusal, and four at least', () => {
  const pace = new Pace();
  const seen = [0, 400, 800, 1200, 1600].map((nowMs) => {
    pace.slowDown(5, nowMs);
    return pace.atOnce;
  });
  expect(seen).toEqual([8, 4, 4, 4, 4]);
});

test('refusals during a pause count once, and the longest pause is kept to', () => {
  const pace = new Pace();
  pace.slowDown(100, 0);
  pace.slowDown(200, 20);
  pace.slowDown(50, 30);
  expect(pace.atOnce).toBe(8);
  expect([219, 220].map((nowMs) => pace.isPaused(nowMs))).toEqual([true, false]);
});

test('refusals that came together count once, also where none of them waits', () => {
  const pace = new Pace();
  for (let at = 0; at < 16; at += 1) pace.slowDown(0, at);
  expect(pace.atOnce).toBe(8);
});

test('nothing is paused at the beginning', () => {
  const pace = new Pace();
  expect([pace.atOnce, pace.isPaused(0)]).toEqual([16, false]);
});
