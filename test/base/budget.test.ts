import { describe, expect, test, vi } from 'vitest';
import { type ImageBudget, RoundBudget } from '../../src/base/budget.ts';

const MIB = 1024 * 1024;

/** Whether a promise is settled by the next turn of the loop. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('one image', () => {
  test('has 16 MiB, and not a byte more', async () => {
    const image = new RoundBudget().image();
    await image.takeBytes(15 * MIB);
    await image.takeBytes(MIB);
    await expect(image.takeBytes(1)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('has 64 bytes taken for each of its values', async () => {
    const image = new RoundBudget().image();
    await image.takeBytes(16 * MIB - 640);
    await image.takeValues({ values: 10 });
    await expect(image.takeValues({ values: 1 })).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('several images', () => {
  const three = (): [ImageBudget, ImageBudget, ImageBudget] => {
    const round = new RoundBudget();
    return [round.image(), round.image(), round.image()];
  };

  test('are read side by side while they are small, and while another is large', async () => {
    const [a, b, c] = three();
    await a.takeBytes(10 * MIB);
    await b.takeBytes(2 * MIB);
    await expect(c.takeBytes(2 * MIB)).resolves.toBeUndefined();
  });

  test('that are large wait for each other, in the order in which they came', async () => {
    const [a, b, c] = three();
    await a.takeBytes(2 * MIB + 1);
    const second = b.takeBytes(3 * MIB);
    const third = c.takeBytes(3 * MIB);
    expect(await isSettled(second)).toBe(false);
    a.close();
    expect(await isSettled(second)).toBe(true);
    expect(await isSettled(third)).toBe(false);
    b.close();
    expect(await isSettled(third)).toBe(true);
  });

  test('of which one gave up while it waited: it does not go on, and holds up no other', async () => {
    const [a, b, c] = three();
    await a.takeBytes(3 * MIB);
    const second = b.takeBytes(3 * MIB);
    const third = c.takeBytes(3 * MIB);
    b.close();
    b.close();
    a.close();
    a.close();
    await expect(second).rejects.toMatchObject({ code: 'unavailable' });
    await third;
    const next = a.waitForTurn();
    expect(await isSettled(next)).toBe(true);
    c.close();
  });

  test('wait once, however much more they take', async () => {
    const [a, b] = three();
    await Promise.all([a.takeBytes(3 * MIB), a.takeBytes(3 * MIB)]);
    a.close();
    await expect(b.takeBytes(3 * MIB)).resolves.toBeUndefined();
  });
});

describe('what all images keep', () => {
  test('is bounded, and small ones always find room', () => {
    const round = new RoundBudget();
    expect(round.image().tryKeep(15 * MIB)).toBe(true);
    expect(round.image().tryKeep(2 * MIB)).toBe(false);
    expect(round.image().tryKeep(MIB)).toBe(true);
    expect(round.image().tryKeep(32 * 1024 + 1)).toBe(false);
    expect(round.image().tryKeep(32 * 1024)).toBe(true);
    const many = new RoundBudget();
    many.expect(1000);
    expect(many.image().tryKeep(16 * MIB)).toBe(true);
    expect(many.image().tryKeep(12 * 1024)).toBe(true);
    expect(many.image().tryKeep(13 * 1024)).toBe(false);
    expect(new RoundBudget(2).image().tryKeep(9 * MIB)).toBe(false);
    expect(() => round.image().keep(MIB)).toThrow('all these images together have more than 16 MiB to tell');
  });
});

describe('parts of an image', () => {
  test('are large in the turn of the whole, one after the other', async () => {
    const round = new RoundBudget();
    const [whole, other] = [round.image(), round.image()];
    await whole.takeBytes(3 * MIB);
    const [first, second] = [whole.part(), whole.part()];
    await first.takeBytes(3 * MIB);
    const waiting = second.takeBytes(3 * MIB);
    expect(await isSettled(waiting)).toBe(false);
    first.close();
    expect(await isSettled(waiting)).toBe(true);
    const next = other.takeBytes(3 * MIB);
    second.close();
    expect(await isSettled(next)).toBe(false);
    whole.close();
    expect(await isSettled(next)).toBe(true);
  });

  test('have a share each, and are not large while they are small', async () => {
    const round = new RoundBudget();
    const [whole, other] = [round.image(), round.image()];
    await other.takeBytes(3 * MIB);
    await Promise.all([whole.part().takeBytes(MIB / 4), whole.part().takeBytes(MIB / 4)]);
    await expect(whole.part().takeBytes(17 * MIB)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('that are large while the whole is small have a turn among all images', async () => {
    const round = new RoundBudget();
    const [first, second] = [round.image().part(), round.image().part()];
    await first.takeBytes(MIB);
    const waiting = second.takeBytes(MIB);
    expect(await isSettled(waiting)).toBe(false);
    const image = round.image().takeBytes(3 * MIB);
    first.close();
    expect(await isSettled(waiting)).toBe(true);
    expect(await isSettled(image)).toBe(false);
    second.close();
    expect(await isSettled(image)).toBe(true);
  });

  test('go on beside one that stalls', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const whole = new RoundBudget().image();
    await whole.takeBytes(3 * MIB);
    await whole.part().takeBytes(MIB);
    const waiting = whole.part().takeBytes(MIB);
    expect(await isSettled(waiting)).toBe(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await isSettled(waiting)).toBe(true);
    vi.useRealTimers();
  });

  test('of one image that stall do not take the turns of all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const round = new RoundBudget();
    const whole = round.image();
    const [first, second] = [whole.part(), whole.part()];
    await first.takeBytes(MIB);
    const stalled = second.takeBytes(MIB);
    expect(await isSettled(stalled)).toBe(false);
    const other = round.image().part().takeBytes(MIB);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([await isSettled(stalled), await isSettled(other)]).toEqual([false, true]);
    first.close();
    vi.useRealTimers();
  });

  test('have the turn of a whole that became large while they waited', async () => {
    const round = new RoundBudget();
    const whole = round.image();
    const [first, second] = [whole.part(), whole.part()];
    await first.takeBytes(MIB);
    const waiting = second.takeBytes(MIB);
    expect(await isSettled(waiting)).toBe(false);
    const list = whole.takeBytes(3 * MIB);
    first.close();
    await list;
    expect(await isSettled(waiting)).toBe(true);
  });

  test('get no turn of a whole that is over', async () => {
    const round = new RoundBudget();
    const [whole, other] = [round.image(), round.image()];
    await other.takeBytes(3 * MIB);
    const ofWhole = whole.takeBytes(3 * MIB);
    const part = whole.part().takeBytes(3 * MIB);
    whole.close();
    other.close();
    await expect(ofWhole).rejects.toMatchObject({ code: 'unavailable' });
    await expect(part).rejects.toMatchObject({ code: 'unavailable' });
    await expect(whole.part().takeBytes(MIB)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(round.image().takeBytes(3 * MIB)).resolves.toBeUndefined();
  });
});
