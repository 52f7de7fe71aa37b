/** Layouts that a real BuildKit wrote (test/buildkit/make.sh says how), as they are and from Docker's own registry. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDockerRegistry, DockerRegistry } from '../support/docker-registry.ts';
import { ROOT, runAction, type Run } from '../support/runner.ts';

const FOLDER = path.join(ROOT, 'test/buildkit');
const COMMIT = readFileSync(path.join(FOLDER, 'COMMIT'), 'utf8').trim();

/** What each of them states as its commit. */
const LAYOUTS: readonly (readonly [name: string, revision: string, result: string])[] = [
  ['v02', COMMIT, 'pass'],
  ['v1', COMMIT, 'pass'],
  ['artifact', COMMIT, 'pass'],
  ['git', COMMIT, 'pass'],
  ['git-v1', COMMIT, 'pass'],
  ['git-labels', COMMIT, 'pass'],
  ['dirty', `${COMMIT}-dirty`, 'fail'],
  ['tarball', '', 'fail'],
  ['none', '', 'fail'],
];

const check = (image: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image, ...inputs }, event: { name: 'push', sha: COMMIT } });

describe.each(LAYOUTS)('%s', (name, revision, result) => {
  test('as a layout', async () => {
    const { outputs } = await check(`oci-layout:${path.join(FOLDER, `${name}.tar.gz`)}`);
    expect(outputs).toMatchObject({ result, revision });
  });
});

const canRun = canRunDockerRegistry();
describe.skipIf(!canRun)("from Docker's own registry", () => {
  let registry: DockerRegistry;
  beforeAll(async () => void (registry = await DockerRegistry.start()));
  afterAll(() => registry.stop());

  test.each(LAYOUTS)('%s', async (name, revision, result) => {
    const reference = `127.0.0.1:${registry.port}/acme/app:${name}`;
    const from = `oci-archive:${path.join(FOLDER, `${name}.tar.gz`)}`;
    const flags = ['--insecure-policy', 'copy', '-q', '--all', '--dest-tls-verify=false'];
    execFileSync('skopeo', [...flags, from, `docker://${reference}`], { timeout: 60_000 });
    expect((await check(reference)).outputs).toMatchObject({ result, revision });
  });
});
