/** What a second reviewer broke once, and must not break again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/expectations/policy/policy.ts';
import { findAuth } from '../../src/credentials/credentials.ts';
import { buildImage, COMMIT, type ImageOptions, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, runCommand, type Run } from '../support/runner.ts';

let registry: FakeRegistry;
let internet: Internet;
let folder: string;
beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  internet = await Internet.start();
  folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
});
afterEach(async () => {
  await registry.stop();
  await internet.stop();
  rmSync(folder, { recursive: true, force: true });
});

const policyFile = (text: string): string => {
  const file = path.join(folder, 'policy.yml');
  writeFileSync(file, text);
  return file;
};
function run(options: ImageOptions, inputs: Record<string, string>, env: Record<string, string> = {}): Promise<Run> {
  registry.push('app', 'main', buildImage(options));
  return runAction({ inputs: { image: registry.reference('app', 'main'), ...inputs }, env });
}

describe('a policy adds, and is never dropped', () => {
  const stale: ImageOptions = { labels: { [REVISION]: OTHER_COMMIT } };

  test('by hand, its revision counts', async () => {
    registry.push('app', 'main', buildImage(stale));
    const result = await runCommand([
      '--image',
      registry.reference('app', 'main'),
      '--policy',
      policyFile(`revision: ${COMMIT}\n`),
    ]);
    expect(result.exitCode).toBe(1);
  });
  test('beside revision: any it decides', async () => {
    expect((await run(stale, { revision: 'any', policy: policyFile(`revision: ${COMMIT}\n`) })).exitCode).toBe(1);
  });
  test('beside another commit it is a question', async () => {
    const result = await run(stale, { revision: OTHER_COMMIT, policy: policyFile(`revision: ${COMMIT}\n`) });
    expect(result.stdout).toContain('revision: the policy says another one.');
    expect(result.exitCode).toBe(2);
  });
  test('it cannot take away what an input expects', async () => {
    expect((await run(stale, { policy: policyFile('revision: any\n') })).exitCode).toBe(2);
  });
  test('its revision-from is told, or contradicted', async () => {
    const policy = policyFile('revision-from: annotation:x\n');
    const told = await run({ ...stale, annotations: { x: COMMIT } }, { policy });
    expect(told.stdout).toContain('revision-from is taken from the policy.');
    expect((await run(stale, { policy, 'revision-from': 'annotation:y' })).exitCode).toBe(2);
  });
  test.each([
    'labels: {}\n',
    "schemaVersion: '2.0.0'\nmetadataTest: {labels: []}\n",
    "schemaVersion: '2.0.0'\nmetadataTest: {user: ''}\n",
  ])('one that expects nothing is wrong: %s', (text) => {
    expect(parsePolicy(text).problems.length).toBeGreaterThan(0);
  });
  test('entrypoint: [] does expect something', () => {
    expect(parsePolicy("schemaVersion: '2.0.0'\nmetadataTest: {entrypoint: []}\n").problems).toEqual([]);
  });
  test('contains-commit in capitals is the same commit', async () => {
    const result = await run(
      {},
      { revision: 'any', 'contains-commit': COMMIT, policy: policyFile(`contains-commit: ${COMMIT.toUpperCase()}\n`) },
    );
    expect(result.exitCode).toBe(0);
  });
});

describe('expect sees what runs', () => {
  const NON_ROOT = '!(image.config.User in ["", "0", "root"])';
  test('"User": null is no User', async () => {
    const result = await run({ config: { User: null } }, { expect: NON_ROOT });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('there is no User');
  });
  test.each([
    ['a variable twice', ['NODE_ENV=debug', 'NODE_ENV=production'], 'image.env.NODE_ENV == "production"', 'error'],
    ['a variable without =', ['DEBUG'], '!("DEBUG" in image.env)', 'error'],
    ['the same, not asked about', ['DEBUG'], 'image.labels.size() == 1', 'pass'],
  ])('%s: %s', async (_, env, expectation, result) => {
    expect((await run({ env }, { expect: expectation })).outputs['result']).toBe(result);
  });
  test('on Windows both spellings of a name are there', async () => {
    const options: ImageOptions = { platform: 'windows/amd64', env: ['Secret=x'] };
    expect((await run(options, { expect: '!("Secret" in image.env)' })).exitCode).toBe(1);
    expect((await run(options, { expect: '!("SECRET" in image.env)' })).exitCode).toBe(1);
  });
  test.each([
    'image.history.all(h, int(h.created_by) == 1)',
    'int(image.env.PW) == 1',
    '"x".matches(image.env.PATTERN)',
    'image.labels[image.env.PW] == "x"',
  ])('no error quotes what %s worked on', async (expectation) => {
    const result = await run({ env: ['PW=7x3', 'PATTERN=(?<x'] }, { expect: expectation });
    expect(result.exitCode).toBe(1);
    expect(result.stdout + result.summary + JSON.stringify([result.outputs, result.report])).not.toMatch(
      /build-secret|7x3|\(\?</,
    );
  });
});

describe('nobody but the author chooses who is asked what', () => {
  test('contains-commit shows no variable', async () => {
    const result = await run(
      { env: ['REV=hunter2-secret'] },
      { revision: 'any', 'revision-from': 'env:REV', 'contains-commit': COMMIT },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stdout + result.summary + JSON.stringify([result.outputs, result.report])).not.toContain(
      'hunter2-secret',
    );
  });

  test('a base image on a registry of its own choice gets no credentials', async () => {
    const seen: (string | undefined)[] = [];
    internet.site('collect.evil.example', ({ headers }, response) => {
      seen.push(headers.authorization);
      json(response, 401, {}, { 'www-authenticate': 'Basic realm="give"' });
    });
    const auths = { 'collect.evil.example': { auth: Buffer.from('alice:cloud-secret').toString('base64') } };
    const annotations = { 'org.opencontainers.image.base.name': 'collect.evil.example/x:1' };
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT }, annotations }, internet.inputs, {
      ...internet.env,
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
    });
    expect(result.outputs['result']).toBe('fail');
    expect(seen.every((authorization) => authorization === undefined)).toBe(true);
  });

  test('a base image that does not answer holds up nothing', async () => {
    internet.site('slow.example.com', () => {});
    const annotations = { 'org.opencontainers.image.base.name': 'slow.example.com/x:1' };
    const started = Date.now();
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT }, annotations }, internet.inputs, internet.env);
    expect(result.outputs['result']).toBe('fail');
    expect(Date.now() - started).toBeLessThan(9_000);
  });

  test('nor once for each platform, nor beyond the time of the look', async () => {
    const { buildIndex } = await import('../support/images.ts');
    internet.site('slow.example.com', () => {});
    const annotations = { 'org.opencontainers.image.base.name': 'slow.example.com/x:1' };
    const platforms = ['a', 'b', 'c', 'd'].map((name) =>
      buildImage({ platform: `linux/${name}`, labels: { [REVISION]: OTHER_COMMIT }, annotations }),
    );
    registry.push('app', 'four', buildIndex(platforms));
    const started = Date.now();
    const result = await runAction({
      inputs: { image: registry.reference('app', 'four'), timeout: '2s', ...internet.inputs },
      env: internet.env,
    });
    expect(result.outputs['result']).toBe('fail');
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test('GitHub’s API may not send us elsewhere', async () => {
    const server = createServer((socket) => {
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"status":"ahead","ahead_by":1,"behind_by":0}',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    internet.site('api.github.com', (_, response) => void response.writeHead(302, { location }).end());
    const inputs = {
      revision: 'any',
      'contains-commit': COMMIT,
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
    };
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT } }, inputs, internet.env);
    server.close();
    expect(result.exitCode).toBe(2);
  });

  test('one fault of GitHub’s is ridden out, and its silence ends with the look', async () => {
    let count = 0;
    internet.site('api.github.com', (_, response) => {
      count += 1;
      return count === 1
        ? json(response, 502, {})
        : json(response, 200, { status: 'ahead', ahead_by: 1, behind_by: 0 });
    });
    const inputs = {
      revision: 'any',
      'contains-commit': COMMIT,
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
    };
    expect((await run({ labels: { [REVISION]: OTHER_COMMIT } }, inputs, internet.env)).exitCode).toBe(0);
    internet.site('api.github.com', () => {});
    const started = Date.now();
    expect(
      (await run({ labels: { [REVISION]: OTHER_COMMIT } }, { ...inputs, timeout: '1s' }, internet.env)).exitCode,
    ).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('a host that sends everything to a login page has not said that an image is missing', async () => {
    internet.site(
      'r.example.com',
      (_, response) => void response.writeHead(302, { location: 'https://sso.example.com/login' }).end(),
    );
    internet.site(
      'sso.example.com',
      (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'),
    );
    const result = await runAction({
      inputs: { image: 'r.example.com/app:main', ...internet.inputs },
      env: internet.env,
    });
    expect(result.outputs['result']).toBe('error');
    expect(result.exitCode).toBe(2);
  });
});

test('the exact key wins over one that means the same (A-21)', () => {
  const auths = new Map([
    ['https://reg.example.com', { auth: 'old' }],
    ['reg.example.com', { auth: 'new' }],
  ]);
  expect(findAuth(auths, 'reg.example.com', 'app')?.[0]).toBe('reg.example.com');
});

test('a proxy password with a bare % is an error that says so', async () => {
  const result = await run(
    {},
    { image: 'r.example.com/app:main' },
    { HTTPS_PROXY: 'http://user:pa%ss@proxy.example.com:3128' },
  );
  expect(result.stdout).toContain('HTTPS_PROXY holds no proxy');
  expect(result.stdout).not.toContain('pa%ss');
  expect(result.exitCode).toBe(2);
});

test('revisions of megabytes on many platforms do not drown the log', async () => {
  const { buildIndex } = await import('../support/images.ts');
  const images = Array.from({ length: 20 }, (_, at) =>
    buildImage({ labels: { [REVISION]: `${at}`.repeat(100_000) }, platform: `linux/p${at}` }),
  );
  registry.push('app', 'many', buildIndex(images));
  const result = await runAction({ inputs: { image: registry.reference('app', 'many') } });
  expect(result.outputs['result']).toBe('fail');
  expect(result.stdout.length).toBeLessThan(500_000);
});
