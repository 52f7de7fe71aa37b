/**
 * Shows the pages as GitHub would, on a desk and on a phone: PNGs in .tmp/screenshots, and with --docs the two of the README in
 * docs/images. Wants Chromium, and a font that has emoji (`apt-get install chromium fonts-noto-color-emoji`). Not part of .ci/run.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shoot, WIDTHS } from '../test/support/page.ts';
import { ROOT } from '../test/support/runner.ts';
import { PAGES, Scenes } from '../test/support/scenes.ts';

/** The pictures of the README. */
const DOCS = { 'fail-two': 'failure', comparison: 'comparison' } as const;

const folder = path.join(ROOT, '.tmp/screenshots');
mkdirSync(folder, { recursive: true });
const files = mkdtempSync(path.join(tmpdir(), 'assert-image-screenshots-'));
const scenes = await Scenes.open(files);
for (const page of PAGES) {
  const markdown = await scenes.markdown(page);
  for (const [name, width] of Object.entries(WIDTHS)) {
    const png = path.join(folder, `${page}-${name}.png`);
    shoot(markdown, width, png);
    console.log(path.relative(process.cwd(), png));
  }
}
await scenes.close();
rmSync(files, { recursive: true });
if (process.argv.includes('--docs'))
  for (const [page, name] of Object.entries(DOCS))
    copyFileSync(path.join(folder, `${page}-desktop.png`), path.join(ROOT, `docs/images/${name}.png`));
