/** The job of self-test.yml, by GitHub's own parser and evaluator, against Docker's own registry: it could not be seen to break otherwise. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDockerRegistry, DockerRegistry } from '../support/docker-registry.ts';
import { COMMIT } from '../support/images.ts';
import { ROOT } from '../support/runner.ts';
import { runWorkflow } from '../support/workflow.ts';

/** `docker build … -t T --label L .` and `docker push T`, by umoci and skopeo: there is no engine here. */
const DOCKER = `#!/bin/bash
set -e
if [ "$1" = push ]; then exec skopeo copy --quiet --dest-tls-verify=false oci:layout:image "docker://$2"; fi
while [ $# -gt 0 ]; do if [ "$1" = --label ]; then label=$2; fi; shift; done
umoci init --layout layout
umoci new --image layout:image
umoci config --image layout:image --config.label "$label" --os linux --architecture amd64
`;

describe.skipIf(!canRunDockerRegistry())('self-test.yml', () => {
  let registry: DockerRegistry;
  let workspace: string;
  const text = readFileSync(path.join(ROOT, '.github/workflows/self-test.yml'), 'utf8');
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    workspace = mkdtempSync(path.join(tmpdir(), 'assert-image-self-'));
    mkdirSync(path.join(workspace, 'bin'));
    writeFileSync(path.join(workspace, 'bin/docker'), DOCKER, { mode: 0o755 });
    writeFileSync(path.join(workspace, 'action.yml'), '');
    execFileSync('git', ['init', '-q'], { cwd: workspace });
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(workspace, { recursive: true });
  });

  const run = (workflow: string): ReturnType<typeof runWorkflow> => {
    rmSync(path.join(workspace, 'layout'), { recursive: true, force: true });
    const github = {
      sha: COMMIT,
      ref: 'refs/heads/main',
      repository: 'acme/app',
      event_name: 'push',
      token: 'ghs_0123456789abcdef',
    };
    return runWorkflow(workflow.replaceAll('localhost:5000', registry.host), {
      workspace,
      contexts: { github },
      env: {
        PATH: `${workspace}/bin:${process.env['PATH']}`,
        HOME: workspace,
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_SHA: COMMIT,
        GITHUB_REPOSITORY: 'acme/app',
        GITHUB_WORKSPACE: workspace,
      },
    });
  };

  test('passes: one step passes, one fails and is let go on', async () => {
    const job = (await run(text)).get('gate');
    expect(job?.steps.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      expect.stringContaining('actions/checkout') as string,
      'Build and push an image of this commit: success',
      'Must pass: success',
      'Must fail: failure',
      'Compare: success',
    ]);
    expect(job?.result).toBe('success');
  });
  test.each([
    ['an output that does not exist', 'outputs.result', 'outputs.resultt'],
    ['a step that does not exist', 'steps.pass', 'steps.passed'],
    ['another commit', 'decade0123456789abcdef0123456789abcdef02', COMMIT],
  ])('%s is seen', async (_, before, after) => {
    expect(text).toContain(before);
    expect((await run(text.replaceAll(before, after))).get('gate')?.result).toBe('failure');
  });
  test('a context that does not exist is refused', async () => {
    await expect(run(text.replace('steps.pass.outputs', 'step.pass.outputs'))).rejects.toThrow(
      "Unrecognized named-value: 'step'",
    );
  });
});
