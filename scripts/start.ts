/**
 * `npm start`: the main job on a sample registry in this process, as GitHub's runner would do it: for an image that
 * passes, for one that fails, and for one whose label says the right commit while its signature says another.
 * With --verbose, all that each run says. `npm start -- alpine:3.22 --revision any`: the same program, on any image.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildTwoPlatforms, COMMIT, OTHER_COMMIT } from '../test/support/images.ts';
import { Internet, json } from '../test/support/internet.ts';
import { FakeRegistry } from '../test/support/registry.ts';
import { ROOT, type Run, runAction } from '../test/support/runner.ts';
import { REPOSITORY_ID, SigningInstance } from '../test/support/signing.ts';

const isVerbose = process.argv[2] === '--verbose';
if (process.argv.length > 2 && !isVerbose) {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'dist/index.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 2);
}

const labels = (revision: string, version: string): Record<string, string> => ({
  'org.opencontainers.image.revision': revision,
  'org.opencontainers.image.source': 'https://github.example/acme/app',
  'org.opencontainers.image.version': version,
});

/** Where the pages lie that a run would show. */
const PAGES = path.join(ROOT, '.tmp/start');
const EXPECTED = ['pass', 'fail', 'fail'];

const registry = await FakeRegistry.start({ auth: 'bearer' });
const internet = await Internet.start();
const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-start-'));
mkdirSync(PAGES, { recursive: true });
try {
  registry.push('acme/app', 'main', buildTwoPlatforms({ labels: labels(COMMIT, '1.2.3') }));
  registry.push('acme/app', 'stale', buildTwoPlatforms({ labels: labels(OTHER_COMMIT, '1.2.2') }));
  console.log(
    `A sample registry answers on ${registry.host()}, and a step of commit ${COMMIT.slice(0, 7)} checks three images:\n`,
  );
  const runs = [
    await show('main', 'built from this commit'),
    await show('stale', 'built from another commit', { 'compare-with': registry.reference('acme/app', 'main') }),
    await showForged('its label says this commit, its signature another'),
  ];
  const results = runs.map(({ outputs }) => outputs['result']);
  const isRight = results.join(' ') === EXPECTED.join(' ');
  console.log(isRight ? '\nAll three are as they should be.' : `\nNot as it should be: ${EXPECTED.join(' ')}.`);
  console.log(`The page of each run: ${path.relative(process.cwd(), PAGES)}/main.md, stale.md, forged.md`);
  console.log('All that they say: npm start -- --verbose');
  console.log('An image of yours: npm start -- alpine:3.22 --revision any');
  if (!isRight) process.exitCode = 1;
} finally {
  await registry.stop();
  await internet.stop();
  rmSync(folder, { recursive: true });
}

async function show(
  tag: string,
  what: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Run> {
  const image = registry.reference('acme/app', tag);
  const run = await runAction({ inputs: { image, labels: 'org.opencontainers.image.version=1.2.3', ...inputs }, env });
  writeFileSync(path.join(PAGES, `${tag}.md`), run.summary);
  const result = run.outputs['result'] ?? 'nothing';
  console.log(
    `  ${result === 'pass' ? '✓' : '✗'} ${tag.padEnd(7)} ${result.padEnd(5)} exit code ${run.exitCode}   ${what}`,
  );
  if (isVerbose) tellAll(image, run);
  return run;
}

function tellAll(image: string, { stdout, stderr, outputs, summary }: Run): void {
  heading(`image: ${image}`);
  console.log(
    [stdout, stderr]
      .map((text) => text.trimEnd())
      .filter(Boolean)
      .join('\n'),
  );
  heading('outputs');
  for (const [name, value] of Object.entries(outputs)) console.log(`${name}=${value}`);
  heading('summary');
  console.log(`${summary.trimEnd()}\n`);
}

/** Its label says the commit of this run. What a workflow signed is about another one. */
async function showForged(what: string): Promise<Run> {
  const sigstore = await SigningInstance.start();
  const roots = path.join(folder, 'roots.jsonl');
  writeFileSync(roots, sigstore.trustedRoot());
  const built = buildTwoPlatforms({ labels: labels(COMMIT, '1.2.3'), created: '2026-11-21T10:00:00Z' });
  registry.push('acme/app', 'forged', built);
  const bundle = await sigstore.sign(built.manifest.digest, { extensions: { 13: OTHER_COMMIT } });
  registry.attach('acme/app', built.manifest, bundle);
  internet.site('api.github.com', (_, response) => json(response, 404, { message: 'Not Found' }));
  return show(
    'forged',
    what,
    {
      'signer-workflow': 'acme/app/.github/workflows/build.yml',
      'trusted-root': roots,
      'github-token': 'sample-token-1f2e3d',
      ...internet.inputs,
    },
    { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: REPOSITORY_ID, ...internet.env },
  );
}

function heading(text: string): void {
  console.log(`\n──── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}`);
}
