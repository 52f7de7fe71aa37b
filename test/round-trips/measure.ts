/**
 * What a scenario costs in dependent round trips: from the first connection to the last byte, by a network so slow that
 * computing does not count. Runs inside of a network of its own; see round-trips.test.ts.
 */
import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BASIC, NETWORK, PROXY, PROXY_PORT, REGISTRIES, type RegistryName } from '../../scripts/bench/registries.ts';
import type { WorldStats } from '../../scripts/bench/world.ts';
import { MAIN, NODE, ROOT } from '../support/runner.ts';

export interface Scenario {
  readonly registry: RegistryName;
  readonly tag?: 'main' | 'eight';
  readonly byProxy?: boolean;
  readonly args?: readonly string[];
}

export interface Cost {
  readonly exitCode: number;
  readonly trips: number;
  readonly requests: readonly string[];
  readonly output: string;
}

const ROUND_TRIP_MS = 600;

async function visit({ registry, tag = 'main', byProxy = false, args = [] }: Scenario): Promise<Cost> {
  const world = fork(path.join(ROOT, 'scripts/bench/world.ts'), [], { execPath: NODE });
  const home = mkdtempSync(path.join(tmpdir(), 'assert-image-home-'));
  try {
    await once(world, 'message');
    await ask(world, { roundTripMs: ROUND_TRIP_MS });
    const { reference, speaks } = REGISTRIES[registry];
    writeFileSync(path.join(home, 'config.json'), JSON.stringify({ auths: { 'basic.example.com': { auth: BASIC } } }));
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      DOCKER_CONFIG: home,
      ...(byProxy && { HTTPS_PROXY: `http://${PROXY}:${PROXY_PORT}` }),
    };
    const own = ['--revision', 'any', '--ca-file', path.join(ROOT, 'test/support/tls/ca.pem')];
    const plain = speaks === 'plain HTTP' ? ['--plain-http', reference] : [];
    const run = await finished([MAIN, '--image', `${reference}/acme/app:${tag}`, ...own, ...plain, ...args], env);
    const stats = (await ask(world, byProxy ? PROXY : registry)) as WorldStats;
    const { openedAtMs, toldAtMs, lines } = stats;
    return { ...run, trips: Math.floor(((toldAtMs ?? 0) - (openedAtMs ?? 0)) / ROUND_TRIP_MS + 0.05), requests: lines };
  } finally {
    world.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

async function ask(world: ChildProcess, message: object | string): Promise<unknown> {
  world.send(message);
  return ((await once(world, 'message')) as [unknown])[0];
}

function finished(args: string[], env: NodeJS.ProcessEnv): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(NODE, args, { env, timeout: 50_000 }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

const [result = '', input = ''] = process.argv.slice(2);
execFileSync('ip', ['addr', 'add', NETWORK, 'dev', 'lo']);
writeFileSync(result, JSON.stringify(await visit(JSON.parse(input) as Scenario)));
