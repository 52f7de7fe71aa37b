/**
 * Shows summary and comment as GitHub would: GFM to HTML, GitHub's published allow-list, its style
 * sheet, and headless Chromium (`apt-get install chromium`). Not part of .ci/run.
 * Writes PNGs to .tmp/screenshots, and with --docs the two of the README to docs/images.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import {
  buildImage,
  buildIndex,
  buildTwoPlatforms,
  COMMIT,
  type ImageOptions,
  OTHER_COMMIT,
  REVISION,
} from '../test/support/images.ts';
import { FakeRegistry } from '../test/support/registry.ts';
import { ROOT, runAction } from '../test/support/runner.ts';

const folder = path.join(ROOT, '.tmp/screenshots');
mkdirSync(folder, { recursive: true });
const css = readFileSync(path.join(ROOT, 'node_modules/github-markdown-css/github-markdown-light.css'), 'utf8');

const facts = (revision: string, version: string): ImageOptions => ({
  labels: {
    [REVISION]: revision,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.source': 'https://github.example/acme/app',
    'org.opencontainers.image.licenses': 'MIT',
  },
  config: { User: 'app', Entrypoint: ['node', 'server.js'], ExposedPorts: { '8080/tcp': {} } },
});
const hostile = '</code><img src=x> | ✅ pass | [click](https://evil.example) @org/team \u202e ```';

const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
try {
  registry.push('acme/app', 'main', buildTwoPlatforms(facts(COMMIT, '1.2.3')));
  registry.push(
    'acme/app',
    'stale',
    buildIndex([
      buildImage(facts(COMMIT, '1.2.3')),
      buildImage({ ...facts(OTHER_COMMIT, '1.2.2'), platform: 'linux/arm64' }),
    ]),
  );
  registry.push(
    'acme/app',
    'production',
    buildTwoPlatforms({ ...facts(OTHER_COMMIT, '1.2.2'), config: { User: 'root', Entrypoint: ['node', 'app.js'] } }),
  );
  registry.push(
    'acme/app',
    'hostile',
    buildImage({ labels: { [REVISION]: hostile, [hostile]: hostile }, config: { User: hostile } }),
  );
  await shoot('pass', 'main', {});
  await shoot('failure', 'stale', { labels: 'org.opencontainers.image.version=1.2.3' });
  await shoot('comparison', 'main', { 'compare-with': registry.reference('acme/app', 'production') });
  await shoot('hostile', 'hostile', {});
} finally {
  await registry.stop();
}

async function shoot(name: string, tag: string, inputs: Record<string, string>): Promise<void> {
  const { summary } = await runAction({ inputs: { image: registry.reference('acme/app', tag), ...inputs } });
  // The host of the sample registry is of no interest to a reader.
  const markdown = summary.replaceAll(registry.host(), 'ghcr.io');
  const raw = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const body = toHtml(sanitize(fromHtml(raw, { fragment: true }), defaultSchema));
  const page = `<!doctype html><meta charset="utf-8"><style>${css} body{margin:0}main{padding:24px;width:1012px}</style><body><main class="markdown-body">${body}</main>`;
  const html = path.join(folder, `${name}.html`);
  const png = path.join(folder, `${name}.png`);
  writeFileSync(html, page);
  const height = { pass: 640, failure: 760, comparison: 1100, hostile: 560 }[name] ?? 700;
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--disable-background-networking',
    '--no-first-run',
  ];
  execFileSync('chromium', [...options, `--window-size=1060,${height}`, `--screenshot=${png}`, `file://${html}`], {
    stdio: 'ignore',
    timeout: 60_000,
  });
  console.log(png);
}
