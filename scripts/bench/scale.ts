/** How the time grows with the number of tags, and what starting takes. */
import type { ChildProcess } from 'node:child_process';
import { measure, median, type Sample } from './measure.ts';
import { seconds, table } from './table.ts';
import { OURS, ourCommand } from './tools.ts';

/** Tags, and of how many images; the names of repositories in world.ts. */
const REPOSITORIES = [
  { tags: 1, images: '1', repository: 'app-1' },
  { tags: 10, images: '10', repository: 'app-10' },
  { tags: 100, images: '40', repository: 'app-100' },
  { tags: 1000, images: '40', repository: 'app-1000' },
  { tags: 1000, images: '1000', repository: 'own-1000' },
];
const QUICK_TAGS = 100;
const SCALE_ROUND_TRIP_MS = 30;
const START_RUNS = 21;

export async function scale(world: ChildProcess, isQuick: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const { tags, images, repository } of REPOSITORIES.filter((one) => !isQuick || one.tags <= QUICK_TAGS)) {
    const name = `registry.example.com/acme/${repository}`;
    const loop = (side: number): string[] => [
      'sh',
      '-c',
      `crane ls ${name} | xargs -P ${side} -I {} crane config ${name}:{}`,
    ];
    const how = { of: 'never seen before', roundTripMs: SCALE_ROUND_TRIP_MS };
    const ours = await measure(world, ourCommand(`${name}:*`, '--max-images', '1000'), how);
    const row = (tool: string, sample: Sample): string[] => [
      String(tags),
      images,
      tool,
      seconds(sample.wallMs),
      (sample.wallMs / ours.wallMs).toFixed(1),
      String(sample.requests),
      String(sample.connections),
      sample.peakMib.toFixed(0),
    ];
    rows.push(row(OURS, ours));
    for (const side of tags <= 100 ? [16, 8, 1] : [16, 8])
      rows.push(row(`crane, ${side} at a time`, await measure(world, loop(side), how)));
  }
  const head = ['tags', 'images', 'tool', 'seconds', '÷ ours', 'requests', 'connections', 'MiB'];
  return `## Many tags\n\nAt ${SCALE_ROUND_TRIP_MS} ms a round trip, on a registry never seen before, with a CDN; one run each.\n\n${table(head, rows)}`;
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
