import { expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../../src/base/deadline.ts';

test('work that fails after the deadline does not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const deadline = new Deadline(1, 'test');
  await sleep(20);
  await expect(deadline.race(Promise.reject(new Error('late')))).rejects.toMatchObject({ code: 'timeout' });
  await sleep(20);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('of a run that is over already, it is over', async () => {
  const run = AbortSignal.abort(new Error('over'));
  const deadline = new Deadline(1000, 'test', run);
  await expect(deadline.race(Promise.resolve(7))).rejects.toThrow('over');
  deadline.clear();
});

test('work that is done in time is what the race gives', async () => {
  const deadline = new Deadline(1000, 'test');
  expect(await deadline.race(Promise.resolve(7))).toBe(7);
  deadline.clear();
});
