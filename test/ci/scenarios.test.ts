/** What differs by CI, through the committed bundle: commits, logins, hints, and what only GitHub can do. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction, runCommand } from '../support/runner.ts';

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'good', buildImage());
  registry.push('app', 'other', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
});
afterEach(() => registry.stop());

const good = (): string => registry.reference('app', 'good');
const other = (): string => registry.reference('app', 'other');
const GITLAB = {
  GITLAB_CI: 'true',
  CI_COMMIT_SHA: COMMIT,
  CI_PROJECT_PATH: 'acme/app',
  CI_PIPELINE_SOURCE: 'push',
  CI_COMMIT_BRANCH: 'main',
};
const run = (args: readonly string[], env: Record<string, string> = GITLAB): Promise<Run> => runCommand(args, { env });

describe('the commit of this run', () => {
  test('passes and fails', async () => {
    expect((await run([good()])).exitCode).toBe(0);
    expect((await run([other()])).exitCode).toBe(1);
  });
  test('none recognised: an error that says what to write, and nothing is sent', async () => {
    const { stderr, exitCode } = await run([good()], {});
    expect(stderr).toContain(
      'error: revision: no CI is recognised here. Give the commit: --revision "$(git rev-parse HEAD)".',
    );
    expect(exitCode).toBe(2);
    expect(registry.requests).toEqual([]);
  });
  test('a mismatch is explained by the head of a merge request', async () => {
    const env = { ...GITLAB, CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: OTHER_COMMIT };
    const { stdout } = await run([other()], env);
    expect(stdout).toContain('the image is built from the head of the pull request');
    expect(stdout).toContain('set revision to "$CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"');
  });
  test('and by what a CI builds', async () => {
    const env = { BITBUCKET_BUILD_NUMBER: '7', BITBUCKET_COMMIT: COMMIT, BITBUCKET_PR_ID: '3' };
    expect((await run([other()], env)).stdout).toContain('Bitbucket builds a pull request merged into its destination');
  });
  test('a label that is absent: how the build writes it here', async () => {
    registry.push('app', 'bare', buildImage({ labels: null }));
    const { stdout } = await run([registry.reference('app', 'bare')]);
    expect(stdout).toContain('"docker build --label org.opencontainers.image.revision=$CI_COMMIT_SHA"');
  });
});

describe('expressions', () => {
  const asks = (expression: string, env?: Record<string, string>): Promise<Run> =>
    run([good(), '--revision', 'any', '--expect', expression], env);
  test.each([
    `run.commit == "${COMMIT}"`,
    'run.ref == "refs/heads/main" && run.repository == "acme/app" && run.event == "push"',
    `image.labels["${REVISION}"] == run.commit`,
  ])('%s', async (expression) => {
    expect((await asks(expression)).exitCode).toBe(0);
  });
  test('what this CI does not say is absent', async () => {
    expect((await asks('!has(run.ref) && !has(run.commit)', {})).exitCode).toBe(0);
    const { stdout, exitCode } = await asks('run.ref == ""', {});
    expect(stdout).toContain('this run says no ref. Ask has(run.ref) first.');
    expect(exitCode).toBe(1);
  });
  test.each(['github.sha != ""', '!has(github.sha)', 'true || github.sha == ""'])(
    'github exists on GitHub only: %s is never true',
    async (expression) => {
      const { stdout, exitCode } = await asks(expression);
      expect(exitCode).toBe(1);
      expect(stdout).toContain(
        'names the variable github, which exists on GitHub only. The variable run has the same of every CI.',
      );
    },
  );
  test('nor on a forge, where names belong to others', async () => {
    const env = { FORGEJO_ACTIONS: 'true', GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/app', GITHUB_SHA: COMMIT };
    expect((await asks('github.repository == "acme/app"', env)).exitCode).toBe(1);
    expect((await asks('run.repository == "acme/app"', env)).exitCode).toBe(0);
  });
  test('on GitHub both are there', async () => {
    const inputs = { image: good(), revision: COMMIT, expect: 'github.sha == run.commit && github.ref == run.ref' };
    expect((await runAction({ inputs, event: { name: 'push', sha: COMMIT } })).exitCode).toBe(0);
  });
});

describe('what only GitHub can do', () => {
  const FLAGS: [string, string][] = [
    ['comment', 'always'],
    ['comment', 'never'],
    ['summary', 'true'],
    ['contains-commit', COMMIT],
    ['signer-workflow', 'acme/app/.github/workflows/build.yml@refs/heads/main'],
    ['source-repository', 'acme/app'],
    ['trusted-root', 'roots.jsonl'],
  ];
  test.each(FLAGS)('--%s %s', async (flag, value) => {
    writeFileSync(path.join(tmpdir(), 'roots.jsonl'), '');
    const args = flag === 'trusted-root' ? [`--${flag}`, path.join(tmpdir(), value)] : [`--${flag}`, value];
    const { stderr, exitCode } = await run([good(), ...args]);
    expect(stderr).toContain(
      `error: ${flag}: only a run of GitHub Actions can do this, and this is GitLab CI. Leave it out.`,
    );
    expect(exitCode).toBe(2);
    expect(registry.requests).toEqual([]);
    const byHand = await run([good(), '--revision', COMMIT, ...args], {});
    expect(byHand.stderr).toContain('and no CI is recognised here.');
  });
  test('in a policy', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-policy-'));
    try {
      writeFileSync(path.join(folder, 'policy.yaml'), `contains-commit: ${COMMIT}\n`);
      const { stderr, exitCode } = await run([good(), '--policy', path.join(folder, 'policy.yaml')]);
      expect(stderr).toContain('policy: contains-commit cannot be compared here.');
      expect(exitCode).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  test('the command writes the job summary there, and the comment', async () => {
    const internet = await Internet.start();
    const bodies: string[] = [];
    internet.site('api.github.com', ({ method, body }, response) => {
      if (method === 'POST') bodies.push(body);
      return method === 'GET' ? json(response, 200, []) : json(response, 201, { html_url: 'https://github.example/c' });
    });
    try {
      const result = await runAction({
        args: [
          good(),
          '--comment',
          'always',
          '--github-token',
          'ghs_0123456789abcdef',
          '--ca-file',
          internet.inputs['ca-file'] ?? '',
        ],
        env: internet.env,
        event: { name: 'pull_request', sha: COMMIT, payload: { pull_request: { number: 7 } } },
      });
      expect(result.exitCode).toBe(0);
      expect(result.summary).toContain('## ✅ ');
      expect(bodies.join('')).toContain('## ✅ ');
      expect(result.stdout).not.toMatch(/^::/m);
      expect(result.outputs).toEqual({});
    } finally {
      await internet.stop();
    }
  });
});

describe('Forgejo and Gitea run the action', () => {
  const FORGE = { FORGEJO_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://codeberg.example' };
  test('with the commit of the event, outputs and summary', async () => {
    const result = await runAction({ inputs: { image: good() }, env: FORGE, event: { name: 'push', sha: COMMIT } });
    expect(result.outputs['result']).toBe('pass');
    expect(result.summary).toContain('## ✅ ');
  });
  test.each([
    ['comment', 'always'],
    ['contains-commit', COMMIT],
    ['signer-workflow', 'auto'],
    ['source-repository', 'acme/app'],
  ])('%s: not there', async (name, value) => {
    const result = await runAction({
      inputs: { image: good(), revision: COMMIT, [name]: value },
      env: { ...FORGE, FORGEJO_ACTIONS: undefined, GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://github.com' },
    });
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain(`${name}: only a run of GitHub Actions can do this, and this is Gitea Actions.`);
  });
  test.each([
    ['its own token', 'a'.repeat(40), []],
    ['a token of GitHub’s', 'ghp_0123456789abcdef0123', ['basic']],
  ])('%s reaches ghcr.io or not', async (_, token, seen) => {
    const internet = await Internet.start();
    const kinds: string[] = [];
    internet.site('ghcr.io', ({ path: at, headers }, response) => {
      if (headers.authorization?.startsWith('Basic')) kinds.push('basic');
      if (at.startsWith('/token'))
        return json(response, headers.authorization ? 200 : 401, { token: 'registry-token-01234567' });
      return json(response, 401, {}, { 'www-authenticate': 'Bearer realm="https://ghcr.io/token",service="ghcr.io"' });
    });
    try {
      const inputs = { ...internet.inputs, image: 'ghcr.io/acme/app:main', 'github-token': token };
      const result = await runAction({
        inputs,
        env: { ...internet.env, ...FORGE },
        event: { name: 'push', sha: COMMIT },
      });
      expect(result.outputs['result']).toBe('error');
      expect([...new Set(kinds)]).toEqual(seen);
    } finally {
      await internet.stop();
    }
  });
});

describe('GitLab’s own registry', () => {
  const PASSWORD = 'glcbt-64_0123456789';
  let closed: FakeRegistry;
  beforeEach(async () => {
    closed = await FakeRegistry.start({ username: 'gitlab-ci-token', password: PASSWORD });
    closed.push('app', 'good', buildImage());
  });
  afterEach(() => closed.stop());
  const image = (): string => closed.reference('app', 'good');
  const env = (own: Record<string, string> = {}): Record<string, string> => ({
    ...GITLAB,
    CI_REGISTRY: closed.host(),
    CI_REGISTRY_USER: 'gitlab-ci-token',
    CI_REGISTRY_PASSWORD: PASSWORD,
    CI_SERVER_FQDN: closed.host('auth'),
    ...own,
  });
  const authorizations = (): string[] =>
    closed.requests.flatMap(({ host, headers }) => (headers.authorization?.startsWith('Basic') ? [host] : []));

  test('takes the job’s token, by the token service of GitLab', async () => {
    const result = await run([image()], env());
    expect(result.exitCode).toBe(0);
    expect(new Set(authorizations())).toEqual(new Set(['auth']));
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
  });
  test('no token service but that one', async () => {
    const result = await run([image()], env({ CI_SERVER_FQDN: 'gitlab.example.com' }));
    expect(result.stdout).toContain('asked to send credentials to');
    expect(authorizations()).toEqual([]);
  });
  test('no other registry', async () => {
    const result = await run([image()], env({ CI_REGISTRY: '127.0.0.1:1' }));
    expect(result.exitCode).toBe(2);
    expect(authorizations()).toEqual([]);
  });
  test.each([
    ['the environment', { ASSERT_IMAGE_USERNAME: 'me', ASSERT_IMAGE_PASSWORD: 'mine-0123456' }],
    ['DOCKER_AUTH_CONFIG', { DOCKER_AUTH_CONFIG: 'AUTHS' }],
  ])('what is configured in %s comes first, and is not shown to GitLab', async (_, own) => {
    const auths = { auths: { [closed.host()]: { auth: Buffer.from('me:mine-0123456').toString('base64') } } };
    const set = Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, value === 'AUTHS' ? JSON.stringify(auths) : value]),
    );
    const result = await run([image()], env(set));
    expect(result.stdout).toContain('asked to send credentials to');
    expect(authorizations()).toEqual([]);
  });
  test('another CI with the same variables gets none of it', async () => {
    const { GITLAB_CI: _, ...rest } = env();
    const result = await run([image(), '--revision', COMMIT], rest);
    expect(result.exitCode).toBe(2);
    expect(authorizations()).toEqual([]);
  });
});

test('a credential helper does not see the password of this step', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-helper-'));
  try {
    const helper = path.join(folder, 'docker-credential-spy');
    appendFileSync(helper, `#!/bin/sh\nenv > ${folder}/seen\necho '{"Username":"me","Secret":"mine-0123456"}'\n`, {
      mode: 0o755,
    });
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ credsStore: 'spy' }));
    const closed = await FakeRegistry.start({ username: 'me', password: 'mine-0123456', sameHostAuth: true });
    closed.push('app', 'good', buildImage());
    const env = {
      ...GITLAB,
      PATH: `${folder}:${process.env['PATH']}`,
      DOCKER_CONFIG: folder,
      ASSERT_IMAGE_PASSWORD: 'not-for-helpers',
    };
    await runCommand([closed.reference('app', 'good'), '--username', ''], {
      env: { ...env, ASSERT_IMAGE_PASSWORD: '' },
    });
    const elsewhere = await runCommand([good(), '--compare-with', closed.reference('app', 'good'), '--username', 'u'], {
      env,
    });
    await closed.stop();
    expect(elsewhere.stdout).toContain('compared with');
    expect(readFileSync(path.join(folder, 'seen'), 'utf8')).not.toContain('not-for-helpers');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('text of an image in the log of another CI', () => {
  test.each([
    '##vso[task.complete result=Succeeded;]',
    '##VSO[task.setvariable]',
    '##teamcity[buildStatus]',
    '##[group]x',
  ])('%s is no command', async (label) => {
    registry.push('app', 'odd', buildImage({ labels: { [REVISION]: COMMIT, odd: label } }));
    const args = [registry.reference('app', 'odd'), '--labels', 'odd=x'];
    const { stdout, stderr } = await run(args);
    expect(stdout).toContain('odd');
    const json = await run([...args, '--format', 'json']);
    expect(stdout + stderr + json.stdout + json.stderr).not.toMatch(/##[a-z]*\[/i);
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(label);
  });
});

test('the command on GitHub: how to log in, and where paths begin', async () => {
  const closed = await FakeRegistry.start({ auth: 'basic', username: 'me', password: 'mine-0123456' });
  closed.push('app', 'good', buildImage());
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/nonexistent' };
  const args = [closed.reference('app', 'good'), '--revision', COMMIT];
  const { stdout } = await runCommand(args, { env });
  const missing = await runCommand([...args, '--policy', 'package.json'], { env });
  await closed.stop();
  expect(stdout).toContain(
    'Set ASSERT_IMAGE_USERNAME and ASSERT_IMAGE_PASSWORD, or log in with docker/login-action before.',
  );
  expect(missing.stderr).toContain('policy: "package.json" cannot be read (ENOENT).');
});

test('no arguments and a variable of a keyboard: help', async () => {
  const { stderr, exitCode } = await runCommand([], { env: { INPUT_METHOD: 'ibus' } });
  expect(stderr).toContain('assert-image IMAGE... [flags]');
  expect(exitCode).toBe(2);
});
