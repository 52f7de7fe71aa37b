/**
 * What a workflow of this repository may do. zizmor would say more, and is in neither registry that CI reaches; these
 * are those of its rules that matter here.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readActionYml, ROOT } from './support/runner.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions?: Record<string, string>;
  readonly jobs: Record<string, { readonly permissions?: Record<string, string>; readonly steps: readonly Step[] }>;
}

const files = globSync('.github/workflows/*.yml', { cwd: ROOT });
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

describe.each(files)('%s', (file) => {
  const workflow = parse(read(file)) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('an action of others is pinned by its commit, and says its version', () => {
    const lines = read(file)
      .split('\n')
      .filter((line) => /^\s*- uses: [^.]/.test(line));
    expect(lines.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$/.test(line))).toEqual([]);
  });

  test('a checkout leaves no credentials behind', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('nothing may be written but where a job says so', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  test('a job that may write runs no script of ours, and installs nothing', () => {
    const writing = jobs.filter(({ permissions = {} }) => Object.values(permissions).includes('write'));
    const steps = writing.flatMap((job) => job.steps);
    expect(steps.filter(({ uses = '' }) => uses.startsWith('./'))).toEqual([]);
    // A finished package is published as it is: nothing in it runs.
    const published = 'npm publish ./*.tgz --provenance --access public --ignore-scripts';
    const scripts = steps.map(({ run = '' }) => run).filter((run) => run !== published);
    expect(scripts.filter((run) => /\b(npm|npx|node|bash \.ci)\b/.test(run))).toEqual([]);
  });

  test('no expression stands in a script: what an event says would be run', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
    expect(JSON.stringify(workflow.on)).not.toMatch(/pull_request_target|workflow_run/);
  });
});

test('the Node of CI is the one that the project brings along', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  expect(read('.node-version').trim()).toBe(devDependencies['node']);
});

describe('release.yml', () => {
  interface Job {
    readonly needs?: string | readonly string[];
    readonly steps: readonly Step[];
  }
  const { jobs } = parse(read('.github/workflows/release.yml')) as { jobs: Record<string, Job> };
  /** All jobs that must have succeeded before this one. */
  const before = (name: string): string[] => {
    const needs = [jobs[name]?.needs ?? []].flat();
    return [...new Set([...needs, ...needs.flatMap(before)])].toSorted();
  };

  test('nothing that people use is published before the gate has passed', () => {
    expect(before('image')).toEqual(['check']);
    expect(before('gate')).toEqual(['check', 'image']);
    expect(before('tag-image')).toEqual(['check', 'gate', 'image']);
    for (const name of ['npm', 'release']) expect(before(name)).toEqual(['check', 'gate', 'image', 'tag-image']);
  });
  test('the gate asks for the commit, the digest and the signature', () => {
    const gate = jobs['gate']?.steps.find(({ uses }) => uses === './')?.with ?? {};
    expect(Object.keys(readActionYml().inputs)).toEqual(expect.arrayContaining(Object.keys(gate)));
    expect(gate).not.toHaveProperty('revision');
    expect(gate['digest']).toBe('${{ needs.image.outputs.digest }}');
    expect(gate['signer-workflow']).toBe('${{ github.repository }}/.github/workflows/release.yml@${{ github.ref }}');
  });
  test('what is pushed before has a tag that is not used yet, and what the gate has seen gets the others', () => {
    const push = jobs['image']?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'))?.with ?? {};
    expect(push['tags']).toBe('${{ steps.name.outputs.name }}:candidate-${{ github.sha }}');
    expect(jobs['gate']?.steps.at(-1)?.with?.['image']).toBe(
      '${{ needs.image.outputs.name }}:candidate-${{ github.sha }}',
    );
    expect(JSON.stringify(jobs['tag-image'])).toContain('"REFERENCE":"${{ needs.gate.outputs.reference }}"');
  });
});
