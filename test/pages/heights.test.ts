/** How high the pages are in a browser, as a budget: on a desk and on a phone. Skipped out loud where there is no Chromium. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, heightsOf, WIDTHS } from '../support/page.ts';
import { type Page, Scenes } from '../support/scenes.ts';

/** In CSS pixels. A window on a laptop shows some 700 of a page, a phone some 650. */
const BUDGETS: readonly [name: Page, desktop: number, phone: number][] = [
  ['pass', 260, 340],
  ['fail-two', 480, 680],
  ['fail-six', 520, 720],
  ['missing', 220, 320],
  ['error', 220, 320],
  ['inputs', 240, 360],
  ['forty-tags', 480, 720],
  ['forty-digests', 720, 1100],
  ['none-of-forty', 480, 800],
  ['comparison', 520, 680],
  ['provenance', 420, 640],
];

const isRequired = process.env['ASSERT_IMAGE_REQUIRE_CHROMIUM'] === '1';
if (CHROMIUM === null) console.warn('skipped: heights of pages, for there is no Chromium here');

describe.skipIf(CHROMIUM === null && !isRequired)('no page is higher than its budget', () => {
  let heights: number[];
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-heights-'));
    const scenes = await Scenes.open(folder);
    const pages: { markdown: string; width: number }[] = [];
    for (const [name] of BUDGETS) {
      const markdown = await scenes.markdown(name);
      pages.push({ markdown, width: WIDTHS.desktop }, { markdown, width: WIDTHS.phone });
    }
    heights = heightsOf(pages);
    await scenes.close();
    rmSync(folder, { recursive: true });
  });
  afterAll(() => {
    const shown = BUDGETS.map(([name], at) => `${name} ${heights[2 * at]}/${heights[2 * at + 1]}`);
    console.info(`heights: ${shown.join(', ')}`);
  });

  test.each(BUDGETS.map((budget, at) => [...budget, at] as const))('%s: %i and %i', (_, desktop, phone, at) => {
    // A page that was not rendered has no height.
    expect(heights[2 * at]).toBeGreaterThan(80);
    expect(heights[2 * at]).toBeLessThanOrEqual(desktop);
    expect(heights[2 * at + 1]).toBeGreaterThan(80);
    expect(heights[2 * at + 1]).toBeLessThanOrEqual(phone);
  });
});
