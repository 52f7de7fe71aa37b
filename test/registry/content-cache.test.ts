import { expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { ContentCache } from '../../src/registry/content-cache.ts';

const failing = (code: 'timeout' | 'missing') => async (): Promise<string> => {
  await new Promise((resolve) => setImmediate(resolve));
  throw new AssertImageError(code, 'the first is over');
};

test('what another look gave up is fetched by those who still want it', async () => {
  const cache = new ContentCache<string>((text) => text.length);
  const first = cache.get('key', failing('timeout'));
  const second = cache.get('key', async () => 'content');
  const third = cache.get('key', async () => 'content of a third');
  await expect(first).rejects.toThrow('the first is over');
  expect([await second, await third]).toEqual(['content', 'content']);
});

test('what is not there is not asked for once more by each of them', async () => {
  const cache = new ContentCache<string>((text) => text.length);
  const first = cache.get('key', failing('missing'));
  const second = cache.get('key', async () => 'content');
  await expect(first).rejects.toThrow('the first is over');
  await expect(second).rejects.toThrow('the first is over');
});
