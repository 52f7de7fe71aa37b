/**
 * `npm run bench`: this action beside the tools that people would use in its place, in one run,
 * behind a network of 0, 30 and 100 ms a round trip. Prints Markdown; `-- --write` writes it to
 * docs/performance.md. `-- --runs 3` and `-- --quick` (no scale beyond 100 tags) for a first look.
 *
 * The hosts have their real names, in a network namespace and a hosts file of this run's own: no
 * packet leaves it.
 */
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { ROOT } from '../test/support/runner.ts';
import { CHART, drawChart } from './bench/chart.ts';
import { measure, median, type Sample } from './bench/measure.ts';
import { scale, start } from './bench/scale.ts';
import { compareKinds, DOCKER_CONFIG } from './bench/kinds.ts';
import { BASIC, hostsFile, NETWORK, REGISTRIES, type RegistryName } from './bench/registries.ts';
import { seconds, table } from './bench/table.ts';
import { CRANE, isInstalled, OURS, PEER_PATH, type Tool, TOOLS, TWO_CRANES, versionOf } from './bench/tools.ts';

const ROUND_TRIPS_MS = [0, 30, 100];
const FULL = ['Docker Hub', 'ghcr.io', 'never seen before'] as const;
const INSIDE = 'ASSERT_IMAGE_BENCH_INSIDE';

/** Runs this very script again where the names of the registries are this machine. */
function enter(): never {
  const folder = path.join(ROOT, '.tmp');
  mkdirSync(folder, { recursive: true });
  const hosts = path.join(folder, 'bench-hosts');
  writeFileSync(hosts, hostsFile());
  mkdirSync(DOCKER_CONFIG, { recursive: true });
  const auths = { [REGISTRIES.Basic.reference]: { auth: BASIC } };
  writeFileSync(path.join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ auths }));
  const missing = ['/usr/bin/time', 'ip', 'unshare', ...TOOLS.map(({ needs }) => needs)].filter(
    (name) => !isInstalled(name),
  );
  if (missing.length > 0)
    console.error(`Not installed, and left out: ${missing.join(', ')}. See "npm run bench:install".`);
  if (missing.some((name) => ['/usr/bin/time', 'ip', 'unshare', 'crane'].includes(name))) process.exit(1);
  const script = `ip link set lo up && ip addr add ${NETWORK} dev lo && mount --bind "$1" /etc/hosts && shift && exec "$@"`;
  const namespaces = ['--user', '--map-root-user', '--mount', '--net'];
  const self = [process.execPath, process.argv[1] as string, ...process.argv.slice(2)];
  const { status } = spawnSync('unshare', [...namespaces, 'sh', '-c', script, 'sh', hosts, ...self], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  process.exit(status ?? 1);
}

async function bench(): Promise<void> {
  const runs = Number(option('--runs') ?? 9);
  const isQuick = process.argv.includes('--quick');
  const world = fork(path.join(import.meta.dirname, 'bench/world.ts'));
  await once(world, 'message');
  const tools = TOOLS.filter(({ needs }) => isInstalled(needs));
  const parts = [heading(tools)];
  for (const registry of FULL) parts.push(await compare(world, registry, tools, runs));
  parts.push(await compareKinds(world, tools, runs));
  parts.push(await scale(world, isQuick), await start(world));
  world.kill();
  const text = `${parts.join('\n\n')}\n\n## Checking\n\n${execFileSync(process.execPath, [path.join(import.meta.dirname, 'bench/expectations.ts')], { encoding: 'utf8' }).trim()}\n`;
  if (process.argv.includes('--write')) {
    const file = path.join(ROOT, 'docs/performance.md');
    writeFileSync(file, text);
    spawnSync(process.execPath, [path.join(ROOT, 'node_modules/prettier/bin/prettier.cjs'), '--write', file]);
    writeFileSync(CHART, drawChart(readFileSync(file, 'utf8')));
  }
  console.log(text);
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}

function heading(tools: readonly Tool[]): string {
  const versions = tools.filter(({ name }) => name !== TWO_CRANES).map((tool) => `- ${tool.name}: ${versionOf(tool)}`);
  const [cpu] = cpus();
  return `# Performance

![Seconds for one image at 100 ms a round trip: assert-image, crane, skopeo, oras and buildx, by registry](images/performance.svg)

Made by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}, with ${cpus().length} cores (${cpu?.model.trim()}) and ${Math.round(totalmem() / 1024 ** 3)} GiB of memory.
Every figure of a table comes from one run, the tools in turn; what counts is the ratio, not the millisecond. The
registries are simulated, under their real names: three hosts, TLS, HTTP/2, tokens, and a redirect to a
CDN, behind a network in user space (half a round trip each way, one for a TCP handshake). The image is an index of two
platforms with attestations. To repeat it on Debian: \`npm ci && npm run bench:install && npm run bench\`.

"÷ crane" is a tool's time divided by crane's for one platform, "÷ two cranes" by crane's for both. With no network delay only program
start-up counts, and an empty Node alone takes as long as crane or skopeo do for everything.
What was tried, kept and dropped: [decision 7](decisions/0007-fast.md).

${versions.join('\n')}`;
}

async function compare(
  world: ChildProcess,
  registry: RegistryName,
  tools: readonly Tool[],
  runs: number,
): Promise<string> {
  const reference = `${REGISTRIES[registry].reference}/acme/app:main`;
  const rows: string[][] = [];
  for (const roundTripMs of ROUND_TRIPS_MS) {
    const samples = new Map<string, Sample[]>(tools.map(({ name }) => [name, []]));
    // In turn, so that what else the machine does falls on all alike; the first round warms caches of files.
    for (let run = -1; run < runs; run += 1) {
      for (const { name, command } of tools) {
        const sample = await measure(world, command(reference), { of: registry, roundTripMs });
        if (run >= 0) samples.get(name)?.push(sample);
      }
    }
    const wall = (name: string): number => median((samples.get(name) ?? []).map(({ wallMs }) => wallMs));
    for (const { name, platforms } of tools) {
      const of = samples.get(name) as Sample[];
      const walls = of.map(({ wallMs }) => wallMs);
      rows.push([
        String(roundTripMs),
        name,
        platforms,
        `${seconds(median(walls))} (${seconds(Math.min(...walls))}–${seconds(Math.max(...walls))})`,
        (median(walls) / wall(CRANE)).toFixed(2),
        (median(walls) / wall(TWO_CRANES)).toFixed(2),
        median(of.map(({ cpuMs }) => cpuMs)).toFixed(0),
        median(of.map(({ peakMib }) => peakMib)).toFixed(0),
        String(median(of.map(({ requests }) => requests))),
        String(median(of.map(({ connections }) => connections))),
        (median(of.map(({ bytes }) => bytes)) / 1024).toFixed(1),
      ]);
    }
    if (process.argv.includes('--lines')) console.error(samples.get(OURS)?.[0]?.lines.join('\n'));
  }
  const head = [
    'ms a trip',
    'tool',
    'platforms',
    'seconds',
    '÷ crane',
    '÷ two cranes',
    'CPU ms',
    'MiB',
    'requests',
    'connections',
    'KiB',
  ];
  return `## ${registry}\n\n${table(head, rows)}`;
}

process.env['PATH'] = PEER_PATH;
if (process.env[INSIDE] === undefined) enter();
else await bench();
