/**
 * What a workflow of this repository may do. zizmor would say more, and is in neither registry that CI reaches; these
 * are those of its rules that matter here.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './support/runner.ts';

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
