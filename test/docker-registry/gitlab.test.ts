/**
 * GitLab's pipeline of docs/ci.md, as it stands, run by gitlab-ci-local against Docker's own registry: build, verify, deploy.
 * `docker` is a script around umoci and skopeo, for there is no engine here, and no service is started; gitlab-ci-local sets GITLAB_CI to false, and is told
 * otherwise.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'junit2json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recipe } from '../support/ci-recipes.ts';
import { canRunDockerRegistry, DockerRegistry } from '../support/docker-registry.ts';
import { install, type Installed } from '../support/packed.ts';
import { hasProgram, NODE, ROOT } from '../support/runner.ts';

/** `docker login`, `build --label L --tag T .` and `push T`, as the pipeline calls them. */
const DOCKER = `#!/bin/bash
set -e
case $1 in
  login) cat > /dev/null ;;
  build)
    umoci init --layout "$HOME/layout" 2> /dev/null || true
    umoci new --image "$HOME/layout:image"
    umoci config --image "$HOME/layout:image" --config.label "$LABEL_PREFIX$3" --os linux --architecture amd64 ;;
  push) skopeo copy --quiet --dest-tls-verify=false "oci:$HOME/layout:image" "docker://$2" ;;
esac
`;

function canRun(): boolean {
  if (!canRunDockerRegistry()) return false;
  if (hasProgram('rsync')) return true;
  if (process.env['ASSERT_IMAGE_REQUIRE_DOCKER_REGISTRY']) throw new Error('not installed: rsync');
  console.warn('\n*** SKIPPED: gitlab-ci-local needs rsync ***\n');
  return false;
}

describe.skipIf(!canRun())('gitlab-ci-local', () => {
  let registry: DockerRegistry;
  let installed: Installed;
  let project: string;
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    installed = install();
    project = mkdtempSync(path.join(tmpdir(), 'assert-image-gitlab-'));
    const bin = path.join(project, '../', `${path.basename(project)}-bin`);
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'docker'), DOCKER, { mode: 0o755 });
    symlinkSync(NODE, path.join(bin, 'node'));
    writeFileSync(path.join(project, '.gitlab-ci.yml'), recipe('gitlab').replace(/^ {2}services: .*\n/m, ''));
    writeFileSync(path.join(project, 'deploy.sh'), '#!/bin/sh\necho "deployed $1" > "$HOME/deployed"\n', {
      mode: 0o755,
    });
    const git = (...args: string[]): void => void execFileSync('git', args, { cwd: project });
    git('init', '-q', '-b', 'main');
    git('remote', 'add', 'origin', 'git@gitlab.example.com:acme/app.git');
    git('add', '-A');
    git('-c', 'user.name=me', '-c', 'user.email=me@example.com', 'commit', '-qm', 'x');
  }, 120_000);
  afterAll(async () => {
    await registry.stop();
    installed.remove();
    for (const folder of [project, `${project}-bin`]) rmSync(folder, { recursive: true, force: true });
  });

  /** A pipeline from an empty home; what the image's label says differs where `prefix` is not empty. */
  async function runPipeline(prefix = ''): Promise<{ log: string; exitCode: number; home: string }> {
    const home = mkdtempSync(path.join(`${project}-bin`, 'home-'));
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: project, encoding: 'utf8' }).trim();
    const variables = {
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: commit,
      CI_REGISTRY: registry.host,
      CI_REGISTRY_IMAGE: `${registry.host}/acme/app`,
      CI_REGISTRY_USER: 'gitlab-ci-token',
      CI_REGISTRY_PASSWORD: 'glcbt-64_0123456789',
      CI_SERVER_FQDN: 'gitlab.example.com',
      LABEL_PREFIX: prefix,
      npm_config_offline: 'true',
      HOME: home,
    };
    const args = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
    // Where npx looks first.
    symlinkSync(path.join(installed.folder, 'node_modules'), path.join(project, 'node_modules'));
    const program = path.join(ROOT, 'node_modules/.bin/gitlab-ci-local');
    const env = { PATH: `${project}-bin:${process.env['PATH']}`, HOME: home };
    const flags = [
      '--force-shell-executor',
      '--no-color',
      '--state-dir',
      path.relative(project, path.join(home, 'state')),
    ];
    try {
      const { stdout, stderr } = await promisify(execFile)(program, [...flags, ...args], { cwd: project, env });
      return { log: stdout + stderr, exitCode: 0, home };
    } catch (error) {
      const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
      return { log: stdout + stderr, exitCode: code, home };
    } finally {
      rmSync(path.join(project, 'node_modules'), { force: true });
    }
  }
  const junitOf = (home: string): ReturnType<typeof parse> => {
    const [file] = globSync([`${home}/state/**/gate.xml`, `${project}/gate.xml`]);
    return parse(readFileSync(file ?? 'no gate.xml', 'utf8'));
  };

  test('the pinned reference reaches the next job, and JUnit is read back', async () => {
    const { log, exitCode, home } = await runPipeline();
    expect(log).toContain('assert-image: pass');
    expect(exitCode).toBe(0);
    expect(readFileSync(path.join(home, 'deployed'), 'utf8')).toMatch(
      new RegExp(`^deployed ${registry.host}/acme/app@sha256:[a-f0-9]{64}\n$`),
    );
    expect(await junitOf(home)).toMatchObject({ testsuite: [{ tests: 1, failures: 0 }] });
    expect(log).not.toContain('glcbt-64');
  }, 120_000);

  test('what was built from another commit is not deployed', async () => {
    const { log, exitCode, home } = await runPipeline('org.opencontainers.image.revision=other ');
    expect(log).toContain('assert-image: fail');
    expect(exitCode).not.toBe(0);
    expect(existsSync(path.join(home, 'deployed'))).toBe(false);
    expect(await junitOf(home)).toMatchObject({ testsuite: [{ failures: 1 }] });
  }, 120_000);
});
