/**
 * `npm start`: the main job on a sample registry in this process, as GitHub's runner would do it: for an image that
 * passes, for one that fails, and for one whose label says the right commit while its signature says another.
 * `npm start -- --image alpine:3.22 --revision any`: the same program by hand, on any image.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildTwoPlatforms, COMMIT, OTHER_COMMIT } from '../test/support/images.ts';
import { Internet, json } from '../test/support/internet.ts';
import { FakeRegistry } from '../test/support/registry.ts';
import { ROOT, type Run, runAction } from '../test/support/runner.ts';
import { REPOSITORY_ID, SigningInstance } from '../test/support/signing.ts';

if (process.argv.length > 2) {
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

const registry = await FakeRegistry.start({ auth: 'bearer' });
const internet = await Internet.start();
const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-start-'));
try {
  registry.push('acme/app', 'main', buildTwoPlatforms({ labels: labels(COMMIT, '1.2.3') }));
  registry.push('acme/app', 'stale', buildTwoPlatforms({ labels: labels(OTHER_COMMIT, '1.2.2') }));
  console.log(`A sample registry answers on ${registry.host()}: bearer tokens, a CDN for blobs,`);
  console.log(`an index of two platforms with attestations. The run is a push of commit ${COMMIT}.`);
  const passed = await show('main');
  const failed = await show('stale', { 'compare-with': registry.reference('acme/app', 'main') });
  const forged = await showForged();
  const results = [passed, failed, forged].map(({ outputs }) => outputs['result']).join(' ');
  const isRight = results === 'pass fail fail';
  heading('all three');
  console.log(
    isRight
      ? 'As they should be: main passed (exit code 0), stale was stopped (exit code 1), and so was forged, whose label lies.'
      : `Not as it should be: pass fail fail, and it is ${results}.`,
  );
  if (!isRight) process.exitCode = 1;
} finally {
  await registry.stop();
  await internet.stop();
  rmSync(folder, { recursive: true });
}

async function show(tag: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Run> {
  const image = registry.reference('acme/app', tag);
  const run = await runAction({
    inputs: { image, labels: 'org.opencontainers.image.version=1.2.3', ...inputs },
    env,
  });
  heading(`image: ${image}`);
  console.log(run.stdout.trimEnd());
  if (run.stderr) console.log(run.stderr.trimEnd());
  console.log(`exit code ${run.exitCode}`);
  heading('outputs');
  for (const [name, value] of Object.entries(run.outputs)) console.log(`${name}=${value}`);
  heading('summary');
  console.log(run.summary.trimEnd());
  return run;
}

/** Its label says the commit of this run. What a workflow signed is about another one. */
async function showForged(): Promise<Run> {
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
