/**
 * `npm start`: the main job on a sample registry in this process, as GitHub's runner would do it,
 * once for an image that passes and once for one that fails.
 * `npm start -- --image alpine:3.22 --revision any`: the same program by hand, on any image.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildTwoPlatforms, COMMIT, OTHER_COMMIT } from '../test/support/images.ts';
import { FakeRegistry } from '../test/support/registry.ts';
import { ROOT, type Run, runAction } from '../test/support/runner.ts';

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
try {
  registry.push('acme/app', 'main', buildTwoPlatforms({ labels: labels(COMMIT, '1.2.3') }));
  registry.push('acme/app', 'stale', buildTwoPlatforms({ labels: labels(OTHER_COMMIT, '1.2.2') }));
  console.log(`A sample registry answers on ${registry.host()}: bearer tokens, a CDN for blobs,`);
  console.log(`an index of two platforms with attestations. The run is a push of commit ${COMMIT}.`);
  const passed = await show('main');
  const failed = await show('stale', { 'compare-with': registry.reference('acme/app', 'main') });
  const isRight = passed.outputs['result'] === 'pass' && failed.outputs['result'] === 'fail';
  heading('both');
  console.log(
    isRight
      ? 'Both as they should be: main passed (exit code 0), stale was stopped (exit code 1).'
      : 'Not as it should be: main has to pass, and stale has to fail.',
  );
  if (!isRight) process.exitCode = 1;
} finally {
  await registry.stop();
}

async function show(tag: string, inputs: Record<string, string> = {}): Promise<Run> {
  const image = registry.reference('acme/app', tag);
  const run = await runAction({
    inputs: { image, labels: 'org.opencontainers.image.version=1.2.3', ...inputs },
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

function heading(text: string): void {
  console.log(`\n──── ${text} ${'─'.repeat(Math.max(0, 70 - text.length))}`);
}
