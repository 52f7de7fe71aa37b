import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Lane } from '../../src/base/deadline.ts';
import { SILENT } from '../../src/base/log.ts';
import { Lanes } from '../../src/gate/lanes.ts';
import type { Look } from '../../src/gate/verdict.ts';

const LOOK = {} as Look;

/** Looks that end when they are told to, by the order in which they began. */
class Looks {
  readonly run = new AbortController();
  readonly begun: { readonly registry: string; readonly lane: Lane; readonly end: () => void }[] = [];
  readonly lanes: Lanes;

  constructor(endsAtMs?: number) {
    this.lanes = new Lanes(SILENT, { ownsProcess: false, signal: this.run.signal, endsAtMs });
  }

  add(registry: string, count: number): Promise<unknown> {
    const make = (lane: Lane): Promise<Look> =>
      new Promise((resolve) => this.begun.push({ registry, lane, end: () => resolve(LOOK) }));
    return Promise.all(Array.from({ length: count }, () => this.lanes.look(registry, make)));
  }

  async endAll(): Promise<void> {
    for (const { end } of this.begun) end();
    await sleep(1);
  }
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('sixteen at a time, and one more of each registry that has none', async () => {
  const looks = new Looks();
  void looks.add('a', 20);
  void looks.add('b', 2);
  await sleep(1);
  expect(looks.begun.map(({ registry }) => registry)).toEqual([...Array(16).fill('a'), 'b']);
  expect(new Set(looks.begun.map(({ lane }) => lane.index)).size).toBe(17);
});

test('after a refusal none begins before the pause is over, then half as many; others do not wait', async () => {
  const looks = new Looks();
  void looks.add('a', 40);
  await sleep(1);
  looks.begun[0]?.lane.slowDown?.(1_000);
  await looks.endAll();
  expect(looks.begun).toHaveLength(16);
  void looks.add('b', 1);
  await sleep(1);
  expect(looks.begun).toHaveLength(17);
  while (looks.begun.length === 17) await sleep(10);
  expect(looks.begun).toHaveLength(17 + 8);
});

test('a pause ends with the run, and with the wait', async () => {
  const before = timers();
  const aborted = new Looks();
  const late = new Looks(performance.now() + 1_000);
  for (const looks of [aborted, late]) {
    void looks.add('a', 20);
    await sleep(1);
    looks.begun[0]?.lane.slowDown?.(60_000);
    await looks.endAll();
    expect(looks.begun).toHaveLength(16);
  }
  aborted.run.abort();
  await sleep(1);
  expect(aborted.begun).toHaveLength(20);
  while (late.begun.length < 20) await sleep(10);
  expect(timers()).toBeLessThanOrEqual(before);
});

test('nothing is left behind where nothing waits', async () => {
  const looks = new Looks();
  const before = timers();
  const all = looks.add('a', 20);
  await sleep(1);
  looks.begun[0]?.lane.slowDown?.(50);
  await looks.endAll();
  while (looks.begun.length < 20) await sleep(10);
  looks.begun[17]?.lane.slowDown?.(60_000);
  await looks.endAll();
  await all;
  expect(timers()).toBeLessThanOrEqual(before);
  expect(getEventListeners(looks.run.signal, 'abort')).toHaveLength(0);
});
