/** How a body is collected: capped, and not large before it is its turn. */
import { expect, test } from 'vitest';
import { readCapped, readStart } from '../../src/net/body.ts';

const url = new URL('https://registry.example/');
async function* chunks(sizes: readonly number[], read: number[] = []): AsyncGenerator<Uint8Array> {
  for (const size of sizes) {
    read.push(size);
    yield new Uint8Array(size).fill(7);
  }
}

test.each([[0], [3], [10], [4_000_000]])('an announced length of %i changes nothing', async (length) => {
  const body = await readCapped(chunks([1, 2, 3, 4]), { maxBytes: 10, url }, length);
  expect([...body]).toEqual(Array(10).fill(7));
});

test('one byte more than the cap is an error', async () => {
  await expect(readCapped(chunks([10, 1]), { maxBytes: 10, url })).rejects.toMatchObject({ code: 'too-large' });
  expect(await readStart(chunks([10, 1]), 10)).toHaveLength(10);
});

test('a body that grows large waits for its turn, once, and reads on', async () => {
  const read: number[] = [];
  let turns = 0;
  let begin: () => void = () => {};
  const turn = new Promise<void>((resolve) => (begin = resolve));
  const wait = (): Promise<void> => {
    turns += 1;
    return turn;
  };
  const beforeLarge = { bytes: 100, wait };
  const sizes = [100, 1, 5, 6];
  const body = readCapped(chunks(sizes, read), { maxBytes: 200, url, beforeLarge });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(read).toEqual([100, 1]);
  begin();
  expect(await body).toHaveLength(112);
  expect(turns).toBe(1);
});
