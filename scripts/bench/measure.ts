/** One command, measured from outside by GNU time, and what the stand-in registries saw of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../test/support/runner.ts';
import { PEER_ENV } from './tools.ts';
import type { WorldStats } from './world.ts';

export interface Sample {
  readonly wallMs: number;
  /** User and system, of the command and its children. */
  readonly cpuMs: number;
  readonly peakMib: number;
  readonly requests: number;
  readonly connections: number;
  readonly bytes: number;
  /** From the start of the command to the first byte that it sent. */
  readonly firstByteMs: number | null;
  readonly lines: readonly string[];
  /** Dependent round trips, from the first connection to the last byte; null without a delay. */
  readonly trips: number | null;
}

export interface Measured {
  /** Whose conversation is counted: a registry by its name, or the proxy. */
  readonly of: string;
  readonly roundTripMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

const TIMES = path.join(ROOT, '.tmp/bench-times');

export async function measure(
  world: ChildProcess,
  command: readonly string[],
  { of, roundTripMs, env = {} }: Measured,
): Promise<Sample> {
  world.send({ roundTripMs });
  await once(world, 'message');
  const startedAtMs = performance.timeOrigin + performance.now();
  const child = spawn('/usr/bin/time', ['-o', TIMES, '-f', '%e %U %S %M', ...command], {
    env: { ...PEER_ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  const wallMs = performance.timeOrigin + performance.now() - startedAtMs;
  if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code}: ${stderr.slice(0, 2000)}`);
  const [, user = 0, system = 0, kib = 0] = readFileSync(TIMES, 'utf8').trim().split(' ').map(Number);
  world.send(of);
  const [stats] = (await once(world, 'message')) as [WorldStats];
  return {
    wallMs,
    cpuMs: (user + system) * 1000,
    peakMib: kib / 1024,
    requests: stats.requests,
    connections: stats.connections,
    bytes: stats.bytes,
    firstByteMs: stats.firstByteAtMs === null ? null : stats.firstByteAtMs - startedAtMs,
    lines: stats.lines,
    trips:
      roundTripMs === 0 ? null : Math.round(((stats.toldAtMs ?? 0) - (stats.openedAtMs ?? 0)) / roundTripMs - 0.25),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
