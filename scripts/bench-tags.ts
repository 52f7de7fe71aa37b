/** How reading many tags grows: 10, 100, 1,000 tags of 40 digests, behind 30 ms a round trip. Prints a table. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { buildImage } from '../test/support/images.ts';
import { FakeRegistry } from '../test/support/registry.ts';
import { ROOT } from '../test/support/runner.ts';

const ROUND_TRIP_MS = 30;
const DIGESTS = 40;

console.log('| tags | digests | seconds | requests | connections | peak MiB |\n| --: | --: | --: | --: | --: | --: |');
for (const tags of [10, 100, 1000]) {
  const registry = await FakeRegistry.start();
  const images = Array.from({ length: Math.min(DIGESTS, tags) }, (_, at) => buildImage({ labels: { at: String(at) } }));
  for (let at = 0; at < tags; at += 1)
    registry.push('acme/app', `v${at}`, images[at % images.length] as (typeof images)[number]);
  // Half a trip each way, for every request; connections are not slowed.
  registry.override(async () => {
    await new Promise((resolve) => setTimeout(resolve, ROUND_TRIP_MS));
    return false;
  });
  const started = performance.now();
  const peakKib = await run(['--image', `${registry.host()}/acme/app:v*`, '--max-images', '1000', '--timeout', '60s']);
  const seconds = (performance.now() - started) / 1000;
  const connections = Object.values(registry.connections).reduce((sum, count) => sum + count, 0);
  console.log(
    `| ${tags} | ${images.length} | ${seconds.toFixed(2)} | ${registry.requests.length} | ${connections} | ${(peakKib / 1024).toFixed(0)} |`,
  );
  await registry.stop();
}

function run(args: readonly string[]): Promise<number> {
  const preload = `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'));`;
  const options = [
    '--import',
    `data:text/javascript,${encodeURIComponent(preload)}`,
    path.join(ROOT, 'dist/index.js'),
    ...args,
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, options, { maxBuffer: 64 * 1024 * 1024 }, (error, _, stderr) => {
      if (error) reject(new Error(`${String(error.code)} ${stderr.slice(0, 500)}`));
      else resolve(Number(/PEAK ([0-9]+)/.exec(stderr)?.[1]));
    });
  });
}
