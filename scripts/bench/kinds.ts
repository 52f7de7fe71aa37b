/** Every kind of registry, beside crane alone: who is asked, and how. */
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../test/support/runner.ts';
import { measure, median, type Sample } from './measure.ts';
import { PROXY, PROXY_PORT, REGISTRIES, type RegistryName } from './registries.ts';
import { seconds, table } from './table.ts';
import { CRANE, OURS, type Tool, TWO_CRANES } from './tools.ts';

export const DOCKER_CONFIG = path.join(ROOT, '.tmp/bench-docker');

/** One row each: who is asked, and how. */
interface Kind {
  readonly registry: RegistryName;
  readonly tag?: string;
  readonly isByProxy?: boolean;
  readonly args?: readonly string[];
  readonly told: string;
}

const KINDS: readonly Kind[] = [
  { registry: 'never seen before', told: 'never seen before' },
  { registry: 'never seen before', tag: 'eight', told: 'the same, eight platforms' },
  {
    registry: 'never seen before',
    args: ['--trusted-auth-hosts', 'registry.example.com=auth.example.com'],
    told: 'the same, its token host named',
  },
  { registry: 'never seen before, over HTTP/1.1', told: 'the same over HTTP/1.1' },
  { registry: 'never seen before, over HTTP/1.1', tag: 'eight', told: 'over HTTP/1.1, eight platforms' },
  { registry: 'Docker Hub', told: 'Docker Hub' },
  { registry: 'ghcr.io', told: 'ghcr.io' },
  { registry: 'token on its own host', told: 'token on its own host' },
  { registry: 'Basic', told: 'Basic' },
  { registry: 'anonymous, with a CDN', told: 'anonymous, with a CDN' },
  { registry: 'plain HTTP', args: ['--plain-http', 'plain.example.com'], told: 'plain HTTP' },
  { registry: 'anonymous, over HTTP/1.1', told: 'anonymous, over HTTP/1.1' },
  { registry: 'never seen before', isByProxy: true, told: 'never seen before, by proxy' },
  { registry: 'ghcr.io', isByProxy: true, told: 'ghcr.io by proxy' },
];

/** Every kind of registry, beside crane alone. */
export async function compareKinds(world: ChildProcess, tools: readonly Tool[], runs: number): Promise<string> {
  const roundTripMs = 100;
  const compared = tools.filter(({ name }) => name === OURS || name === CRANE || name === TWO_CRANES);
  const rows: string[][] = [];
  for (const { registry, tag = 'main', isByProxy = false, args = [], told } of KINDS) {
    const { reference, speaks } = REGISTRIES[registry];
    const env = {
      DOCKER_CONFIG,
      ...(isByProxy && { HTTPS_PROXY: `http://${PROXY}:${PROXY_PORT}` }),
    };
    const samples = new Map<string, Sample[]>(compared.map(({ name }) => [name, []]));
    for (let run = -1; run < runs; run += 1) {
      for (const { name, command } of compared) {
        const own = name === OURS ? args : [];
        const how = { of: isByProxy ? PROXY : registry, roundTripMs, env };
        const words = [...command(`${reference}/acme/app:${tag}`), ...own];
        const sample = await measure(world, speaks === 'plain HTTP' ? words.flatMap(withoutTls) : words, how);
        if (run >= 0) samples.get(name)?.push(sample);
      }
    }
    const of = (name: string, value: (sample: Sample) => number): number =>
      median((samples.get(name) ?? []).map(value));
    const wall = (name: string): number => of(name, ({ wallMs }) => wallMs);
    rows.push([
      told,
      seconds(wall(OURS)),
      (wall(OURS) / wall(CRANE)).toFixed(2),
      (wall(OURS) / wall(TWO_CRANES)).toFixed(2),
      ...[OURS, CRANE].map((name) => String(of(name, ({ trips }) => trips ?? 0))),
      ...[OURS, CRANE].map((name) => String(of(name, ({ requests }) => requests))),
    ]);
  }
  const head = ['registry', 'seconds', '÷ crane', '÷ two cranes', 'round trips', "crane's", 'requests', "crane's"];
  return `## Every kind of registry\n\nAt ${roundTripMs} ms a round trip. crane reads one platform, or two in two runs; we read all. A round trip is one that the next waits for: from the first connection to the last byte.\n\n${table(head, rows)}`;
}

/** crane has to be told; our option is among the arguments. */
function withoutTls(word: string): string[] {
  return word === 'config' ? [word, '--insecure'] : [word.replaceAll('crane config', 'crane config --insecure')];
}
