/** How the time grows with the number of tags, and what starting takes. */
import type { ChildProcess } from 'node:child_process';
import { measure, median, type Sample } from './measure.ts';
import { seconds, table } from './table.ts';
import { OURS, ourCommand } from './tools.ts';

const TAGS = [1, 10, 100, 1000];
const SCALE_ROUND_TRIP_MS = 30;
const START_RUNS = 21;

export async function scale(world: ChildProcess, isQuick: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const tags of TAGS.filter((count) => !isQuick || count <= 100)) {
    const repository = `registry.example.com/acme/app-${tags}`;
    const loop = (side: number): string[] => [
      'sh',
      '-c',
      `crane ls ${repository} | xargs -P ${side} -I {} crane config ${repository}:{}`,
    ];
    const how = { of: 'never seen before', roundTripMs: SCALE_ROUND_TRIP_MS };
    const ours = await measure(world, ourCommand(`${repository}:*`, '--max-images', '1000'), how);
    const eight = await measure(world, loop(8), how);
    const one = await measure(world, loop(1), how);
    const row = (name: string, sample: Sample): string[] => [
      String(tags),
      name,
      seconds(sample.wallMs),
      (sample.wallMs / ours.wallMs).toFixed(1),
      String(sample.requests),
      String(sample.connections),
      sample.peakMib.toFixed(0),
    ];
    rows.push(row(OURS, ours), row('crane, eight at a time', eight), row('crane, one after the other', one));
  }
  const head = ['tags', 'tool', 'seconds', '÷ ours', 'requests', 'connections', 'MiB'];
  return `## Many tags\n\nOf at most 40 digests, at ${SCALE_ROUND_TRIP_MS} ms a round trip, on a registry never seen before; one run each.\n\n${table(head, rows)}`;
}

export async function start(world: ChildProcess): Promise<string> {
  const empty: number[] = [];
  const ours: number[] = [];
  for (let run = 0; run < START_RUNS; run += 1) {
    const how = { of: 'Docker Hub', roundTripMs: 0 };
    empty.push((await measure(world, [process.execPath, '-e', '0'], how)).wallMs);
    ours.push((await measure(world, ourCommand('docker.io/acme/app:main'), how)).firstByteMs as number);
  }
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    median(values).toFixed(0),
    `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`,
    (median(values) / median(empty)).toFixed(1),
  ];
  const rows = [row('an empty Node, to its end', empty), row(`${OURS}, to its first byte on a connection`, ours)];
  return `## Start\n\n${table(['what', 'ms', 'spread', '÷ empty Node'], rows)}`;
}
