/**
 * The pipelines of docs/ci.md: what each hands to a shell runs as it stands, with the variables that the CI documents and
 * the package as npm hands it out. The CIs themselves are not here; GitLab's is run by gitlab-ci-local (gitlab.test.ts).
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse as parseJUnit } from 'junit2json';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { whichRun } from '../../src/ci/which.ts';
import { buildImage, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { CI_PAGE, recipe, SCRIPTS } from '../support/ci-recipes.ts';
import { install, type Installed } from '../support/packed.ts';
import { FakeRegistry } from '../support/registry.ts';
import { NODE, ROOT } from '../support/runner.ts';

/** What each CI sets in a job. */
const VARIABLES: Readonly<Record<string, (commit: string) => Record<string, string>>> = {
  jenkins: (commit) => ({ JENKINS_URL: 'https://jenkins.example/', GIT_COMMIT: commit }),
  circleci: (commit) => ({ CI: 'true', CIRCLECI: 'true', CIRCLE_SHA1: commit }),
  azure: (commit) => ({ TF_BUILD: 'True', BUILD_SOURCEVERSION: commit, BUILD_REASON: 'IndividualCI' }),
  buildkite: (commit) => ({ CI: 'true', BUILDKITE: 'true', BUILDKITE_COMMIT: commit, BUILDKITE_PULL_REQUEST: 'false' }),
  bitbucket: (commit) => ({ CI: 'true', BITBUCKET_BUILD_NUMBER: '7', BITBUCKET_COMMIT: commit }),
  tekton: (commit) => ({ COMMIT: commit, IMAGE: `registry.example.com/acme/app:${commit}` }),
  laptop: () => ({}),
};
const WITH_DEPLOY = Object.keys(SCRIPTS).filter((ci) => ci !== 'laptop');

let installed: Installed;
let registry: FakeRegistry;
beforeAll(() => void (installed = install()));
afterAll(() => installed.remove());

let folder: string;
/** That of the folder, as a checkout has one. */
let commit: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(installed.folder, 'job-'));
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('-c', 'user.name=me', '-c', 'user.email=me@example.com', 'commit', '-q', '--allow-empty', '-m', 'x');
  commit = git('rev-parse', 'HEAD');
  writeFileSync(path.join(folder, 'deploy.sh'), '#!/bin/sh\necho "$1" > deployed\n', { mode: 0o755 });
  mkdirSync(path.join(installed.folder, 'bin'), { recursive: true });
  writeFileSync(path.join(installed.folder, 'bin/node'), `#!/bin/sh\nexec "${NODE}" "$@"\n`, { mode: 0o755 });
  registry = await FakeRegistry.start({ username: 'robot', password: 'secret-pw', sameHostAuth: true });
});
afterEach(() => registry.stop());

function push(revision: string): void {
  for (const tag of [commit, 'main']) registry.push('acme/app', tag, buildImage({ labels: { [REVISION]: revision } }));
}

/** Each step in a shell of its own, which ends where a line fails, as these CIs do; resolves to the exit code of the job. */
async function runJob(ci: string): Promise<{ exitCode: number; log: string }> {
  const env = {
    PATH: `${installed.folder}/bin:${installed.folder}/node_modules/.bin:${process.env['PATH']}`,
    HOME: folder,
    npm_config_offline: 'true',
    ASSERT_IMAGE_USERNAME: 'robot',
    ASSERT_IMAGE_PASSWORD: 'secret-pw',
    ...VARIABLES[ci]?.(commit),
  };
  if ('IMAGE' in env) env.IMAGE = String(env.IMAGE).replace('registry.example.com', registry.host());
  let log = '';
  const scripts = SCRIPTS[ci]?.() ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) {
    const text = script.replaceAll('registry.example.com', registry.host());
    try {
      const { stdout, stderr } = await promisify(execFile)('bash', ['-e', '-c', text], { cwd: folder, env });
      log += stdout + stderr;
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { exitCode: code, log: log + stdout + stderr };
    }
  }
  return { exitCode: 0, log };
}
const deployed = (): string | null =>
  existsSync(path.join(folder, 'deployed')) ? readFileSync(path.join(folder, 'deployed'), 'utf8').trim() : null;

describe.each(WITH_DEPLOY)('%s', (ci) => {
  test('deploys the pinned reference of what was built from this commit', async () => {
    push(commit);
    const { exitCode, log } = await runJob(ci);
    expect(log).toContain('assert-image: pass');
    expect(exitCode).toBe(0);
    expect(deployed()).toMatch(new RegExp(`^${registry.host()}/acme/app@sha256:[a-f0-9]{64}$`));
    expect(log).not.toContain('secret-pw');
  });
  test('deploys nothing else, and the report says why', async () => {
    push(OTHER_COMMIT);
    const { exitCode, log } = await runJob(ci);
    expect(log).toContain('assert-image: fail');
    expect(exitCode).toBe(1);
    expect(deployed()).toBeNull();
    const [, file] = / --junit (\S+)/.exec(SCRIPTS[ci]?.().join('\n') ?? '') ?? [];
    if (file) {
      const junit = await parseJUnit(readFileSync(path.join(folder, file.replace(/['"]$/, '')), 'utf8'));
      expect(junit).toMatchObject({ testsuite: [{ failures: 1, testcase: [{ classname: 'linux/amd64' }] }] });
    }
  });
});

test('a laptop', async () => {
  push(commit);
  expect(await runJob('laptop')).toMatchObject({ exitCode: 0 });
  push(OTHER_COMMIT);
  expect(await runJob('laptop')).toMatchObject({ exitCode: 1 });
});

test('the program of a Node user compiles and runs', async () => {
  push('c0ffee0123456789abcdef0123456789abcdef01');
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(CI_PAGE)?.[1] ?? '';
  const program = source
    .replace('registry.example.com', registry.host())
    .replace("labels: ['tier=gold'],", "username: 'robot', password: 'secret-pw',");
  writeFileSync(path.join(folder, 'program.ts'), program);
  const config = {
    compilerOptions: { module: 'nodenext', strict: true, noEmit: true, types: [], lib: ['es2024', 'dom'] },
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(NODE, [path.join(ROOT, 'node_modules/.bin/tsc'), '-p', '.'], { cwd: folder });
  const { stdout } = await promisify(execFile)(NODE, ['program.ts'], { cwd: folder });
  expect(stdout).toMatch(/^deploy \S+@sha256:[a-f0-9]{64}\n$/);
});

describe('what can only be read', () => {
  const junitOf = (ci: string): string => / --junit ([\w./-]+)/.exec(recipe(ci))?.[1] ?? '';
  test('Azure: the report is published after a failure, secrets are named, and the deploy has no condition', () => {
    const { steps } = parse(recipe('azure')) as {
      steps: {
        bash?: string;
        task?: string;
        condition?: string;
        env?: object;
        inputs?: { testResultsFiles?: string };
      }[];
    };
    const [gate, publish, deploy] = steps.slice(-3);
    expect(Object.keys(gate?.env ?? {})).toEqual(['ASSERT_IMAGE_USERNAME', 'ASSERT_IMAGE_PASSWORD']);
    expect(publish).toMatchObject({
      task: expect.stringMatching(/^PublishTestResults@/) as string,
      condition: 'succeededOrFailed()',
      inputs: { testResultsFiles: junitOf('azure') },
    });
    expect(Object.keys(deploy ?? {})).toEqual(['bash']);
  });
  test('Jenkins: the report is published always', () => {
    expect(recipe('jenkins')).toContain(`always { junit '${junitOf('jenkins')}' }`);
  });
  test('CircleCI and Bitbucket: the folder of the report', () => {
    const steps = (parse(recipe('circleci')) as { jobs: { deploy: { steps: { store_test_results?: object }[] } } }).jobs
      .deploy.steps;
    expect(steps.find((step) => step.store_test_results)?.store_test_results).toEqual({
      path: path.dirname(junitOf('circleci')),
    });
    expect(path.dirname(junitOf('bitbucket'))).toBe('test-results');
  });
  test('GitLab: the files of the flags are its reports, after a failure, too', () => {
    const { verify, deploy } = parse(recipe('gitlab')) as Record<string, { artifacts?: object; needs?: string[] }>;
    const dotenv = / --dotenv (\S+)/.exec(recipe('gitlab'))?.[1];
    expect(verify?.artifacts).toEqual({ when: 'always', reports: { dotenv, junit: junitOf('gitlab') } });
    expect(deploy?.needs).toEqual(['verify']);
  });
  test('Tekton: its shell stops where the gate fails', () => {
    const { spec } = parse(recipe('tekton')) as { spec: { steps: { script: string }[] } };
    expect(spec.steps[0]?.script).toMatch(/^#!\/bin\/sh\nset -e\n/);
  });
  test.each(['circleci', 'azure', 'buildkite', 'bitbucket', 'tekton', 'gitlab'])('%s is YAML', (ci) => {
    expect(parse(recipe(ci), { strict: true, uniqueKeys: true })).toBeTypeOf('object');
  });
  test('the Jenkinsfile is balanced', () => {
    const brackets =
      recipe('jenkins')
        .replaceAll(/'[^']*'/g, '')
        .match(/[{}()[\]]/g) ?? [];
    const open: string[] = [];
    for (const bracket of brackets)
      if ('{(['.includes(bracket)) open.push(bracket);
      else expect('{}()[]').toContain(`${open.pop()}${bracket}`);
    expect(open).toEqual([]);
  });
});

test('the page has every CI that the command knows, with its variable', () => {
  const rows = CI_PAGE.split('## The commit')[1]?.split('## Handing on')[0] ?? '';
  const known = Object.values(VARIABLES)
    .map((read) => whichRun(read('x')).name)
    .filter((name) => name !== null);
  for (const name of [
    ...known,
    'GitLab CI',
    'Travis CI',
    'TeamCity',
    'Drone',
    'Woodpecker',
    'AWS CodeBuild',
    'GitHub Actions',
  ])
    expect(rows).toContain(`| ${name} `);
});

afterEach(() => rmSync(folder, { recursive: true }));
