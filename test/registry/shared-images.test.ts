import { expect, test } from 'vitest';
import { SharedImages } from '../../src/registry/shared-images.ts';

/** Whether a HEAD is asked before each of these tags: `n` leads to a new image, `k` to a known one. */
function heads(tags: string, areHeadsFree = false): string {
  const shared = new SharedImages(areHeadsFree);
  return Array.from(tags, (tag) => {
    const isAsked = shared.areLikely;
    shared.note(tag === 'k');
    return isAsked ? 'y' : '-';
  }).join('');
}

test.each([
  ['all are new', 'n'.repeat(12), 'yyyyyyyy----'],
  ['all are known', 'k'.repeat(12), 'yyyyyyyyyyyy'],
  ['many were known before', `${'k'.repeat(20)}${'n'.repeat(12)}`, `${'y'.repeat(28)}----`],
  ['many were new before', `${'n'.repeat(50)}${'k'.repeat(12)}`, `yyyyyyyy${'-'.repeat(51)}yyy`],
  ['every other one is known', 'nknknknknknknknknknk', 'y'.repeat(20)],
])('%s', (_, tags, asked) => {
  expect(heads(tags)).toBe(asked);
});

test('always where HEADs are free', () => {
  expect(heads('n'.repeat(30), true)).toBe('y'.repeat(30));
});
