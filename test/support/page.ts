/** Markdown as GitHub shows it: GFM to HTML, GitHub's published allow-list, its style sheet, and headless Chromium. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { hasProgram, ROOT } from './runner.ts';

/** What the page of a run and a pull request have for it, in CSS pixels. */
export const WIDTHS = { desktop: 1012, phone: 375 } as const;
export const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(hasProgram) ?? null;

const OPTIONS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--hide-scrollbars',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The HTML that GitHub would make of it, on a page of that width. */
function pageOf(markdown: string, width: number): string {
  const css = readFileSync(path.join(ROOT, 'node_modules/github-markdown-css/github-markdown-light.css'), 'utf8');
  const raw = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const body = toHtml(sanitize(fromHtml(raw, { fragment: true }), defaultSchema));
  return `<!doctype html><meta charset="utf-8"><style>${css} body{margin:0}main{box-sizing:border-box;width:${width}px}</style><main class="markdown-body">${body}</main>`;
}

function inChromium<T>(html: string, run: (url: string, profile: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-page-'));
  try {
    const file = path.join(folder, 'page.html');
    writeFileSync(file, html);
    return run(`file://${file}`, path.join(folder, 'profile'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** How high the pages are, in CSS pixels, measured in one start of the browser. */
export function heightsOf(pages: readonly { readonly markdown: string; readonly width: number }[]): number[] {
  // Each in a frame of its own width: media queries see what they would see.
  const frames = pages
    .map(
      ({ markdown, width }) =>
        `<iframe width="${width}" height="9" srcdoc="${pageOf(markdown, width).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
    )
    .join('');
  const html = `<!doctype html><body>${frames}<script>addEventListener('load', () => { document.title = [...document.querySelectorAll('iframe')].map((frame) => Math.ceil(frame.contentDocument.querySelector('main').getBoundingClientRect().height)).join(' '); });</script>`;
  const dom = inChromium(html, (url, profile) =>
    execFileSync(
      CHROMIUM ?? 'chromium',
      [...OPTIONS, `--user-data-dir=${profile}`, '--virtual-time-budget=5000', '--dump-dom', url],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 60_000,
        maxBuffer: 64 * 1024 * 1024,
      },
    ),
  );
  return (/<title>([0-9 ]+)<\/title>/.exec(dom)?.[1] ?? '').split(' ').map(Number);
}

/** Writes a picture of the page, as high as it is. */
export function shoot(markdown: string, width: number, file: string): void {
  const [height = 0] = heightsOf([{ markdown, width }]);
  const margin = 24;
  const html = pageOf(markdown, width).replace('body{margin:0}', `body{margin:${margin}px}`);
  const size = `--window-size=${width + 2 * margin},${height + 2 * margin}`;
  inChromium(html, (url, profile) =>
    execFileSync(
      CHROMIUM ?? 'chromium',
      [...OPTIONS, `--user-data-dir=${profile}`, '--force-device-scale-factor=1', size, `--screenshot=${file}`, url],
      { stdio: 'ignore', timeout: 60_000 },
    ),
  );
}
