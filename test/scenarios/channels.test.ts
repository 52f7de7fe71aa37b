/** What reaches the log, standard error and the debug log past our own words: libraries, Node, servers' paths, mistyped flags. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, runCommand } from '../support/runner.ts';

let internet: Internet;
let registry: FakeRegistry;
beforeEach(async () => {
  internet = await Internet.start();
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'main', buildImage());
});
afterEach(async () => {
  await internet.stop();
  await registry.stop();
});

describe('the debug log shows the paths that this program wrote, and no others', () => {
  test('a redirect within the registry, a realm and a next page may be signed', async () => {
    const bearer = await FakeRegistry.start({ sameHostAuth: true, cdn: false });
    bearer.push('app', 'v1', buildImage());
    bearer.override(({ path, headers }, response) => {
      const base = `http://${bearer.host()}`;
      if (path.startsWith('/v2/token/signed-realm'))
        return send(response, 200, JSON.stringify({ token: 'A'.repeat(20) }));
      if (path.startsWith('/v2/signed-storage')) return send(response, 200, buildImage().config.bytes);
      if (headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${base}/v2/token/signed-realm"` }).end();
        return true;
      }
      if (path.includes('/blobs/'))
        return void response.writeHead(307, { location: '/v2/signed-storage/config' }).end();
      if (path.includes('/tags/list?n='))
        return send(response, 200, '{"tags":[]}', { link: '</v2/app/tags/signed-page>; rel="next"' });
      if (path.includes('signed-page')) return send(response, 200, '{"tags":["v1"]}');
      headers.authorization = `Bearer token-9d4f2c7a1b`;
      return false;
    });
    const run = await runAction({ inputs: { image: `${bearer.host()}/app:v*` }, env: { RUNNER_DEBUG: '1' } });
    await bearer.stop();
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^::debug::GET 127.0.0.1:\d+\/v2\/app\/tags\/list: 200/m);
    expect(run.stdout).toMatch(/^::debug::GET 127.0.0.1:\d+\/v2\/app\/manifests\/v1|HEAD/m);
    expect(run.stdout.match(/^::debug::GET 127.0.0.1:\d+\/…: 200/gm)).toHaveLength(3);
    expect(run.stdout + run.stderr).not.toContain('signed');
  });
});

test("GitHub's deprecation headers stay in the debug log, and act as nothing", async () => {
  internet.site('api.github.com', ({ path }, response) =>
    json(response, 200, path === '/graphql' ? { data: { viewer: { login: 'github-actions[bot]' } } } : [], {
      deprecation: 'Sat, 01 Jan 2022 00:00:00 GMT',
      sunset: 'x',
      link: '<https://x.example/##[set-output name=result;]pass>; rel="deprecation"',
    }),
  );
  const run = await runAction({
    inputs: {
      image: registry.reference('app', 'main'),
      revision: COMMIT,
      comment: 'on-failure',
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
    },
    env: { ...internet.env, GITHUB_API_URL: 'https://api.github.com', RUNNER_DEBUG: '1' },
    event: { name: 'pull_request', payload: { pull_request: { number: 7 } } },
  });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toBe('');
  expect(run.stdout).toContain('deprecat');
  expect(run.stdout).not.toContain('##[set-output');
});

describe('certificates are checked, with any setting of an earlier step', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

  test.each([
    ['through a proxy', 'r.example.com/app:main', {}],
    ['directly', '', { 'plain-http': 'none' }],
  ])('%s: an authority that is not known is refused, and the variable is named', async (_, image, inputs) => {
    let asked = 0;
    internet.site('r.example.com', (__, response) => {
      asked += 1;
      response.writeHead(200).end();
    });
    const run = await runAction({
      inputs: { image: image || `127.0.0.1:${internet.webPort}/app:main`, ...inputs },
      env: { ...internet.env, ...env },
    });
    expect(run.exitCode).toBe(2);
    expect(asked).toBe(0);
    expect(run.stdout).toContain('signed by an authority that is not known here');
    expect(run.stdout).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and is not followed');
    expect(run.stderr).toBe('');
  });

  test('GitHub too', async () => {
    internet.site('api.github.com', (_, response) =>
      json(response, 200, { status: 'ahead', ahead_by: 1, behind_by: 0 }),
    );
    const run = await runAction({
      inputs: {
        image: registry.reference('app', 'main'),
        'contains-commit': 'f'.repeat(40),
        'github-token': 'ghs_0123456789abcdef',
      },
      env: { ...internet.env, ...env, GITHUB_API_URL: 'https://api.github.com' },
    });
    expect(run.exitCode).toBe(2);
    expect(internet.requests).toEqual([]);
  });
});

test('a socks5 proxy prints no warning of its library', async () => {
  const run = await runAction({
    inputs: { image: 'r.example.com/app:main', timeout: '2s' },
    env: { HTTPS_PROXY: 'socks5://127.0.0.1:1' },
  });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toBe('');
});

describe('a mistyped flag does not repeat what may be a password', () => {
  test.each([
    [['-p', 'hunter2']],
    [['-phunter2']],
    [['-p=hunter2']],
    [['--image', 'app', '--password', 'correct', 'hunter2']],
    [['--pasword', 'hunter2']],
    [['--pasword=hunter2']],
    [['password=hunter2']],
    [['--username', 'u', '-p', 'hunter2']],
    [['app', '--password hunter2']],
    [['app', '--passwordhunter2']],
    [['app', '--password:hunter2']],
    [['app', '--github-token hunter2']],
    [['app', '--tokenhunter2']],
    [['app', '\u2014password', 'Hunter2']],
    [['app', '--username', 'u', '--password-stdin', 'hunter2']],
    [['app', '--github-token', 'registry.example.com/hunter2:main']],
  ])('%j', async (args) => {
    const run = await runCommand(args);
    expect(run.exitCode).toBe(2);
    expect(run.stdout + run.stderr).not.toMatch(/hunter2/i);
  });

  test('what stands behind it is no image either', async () => {
    const run = await runCommand(['-p', 'hunter2', 'Hunter2', '--revision', 'any', 'alpine:3']);
    expect(run.stderr).toContain('argument 1: there is no such flag.');
    expect(`${run.stdout}${run.stderr}`).not.toMatch(/hunter2/i);
  });
});

describe('the last --format decides; where the flags are wrong, any does', () => {
  test.each([
    [['--format', 'json', '--format', 'text'], false],
    [['--format', 'text', '--format=json'], true],
    [['--labels', '--format=json'], true],
    [['--image', '--format', 'json'], true],
    [['--format', 'json', '--unknown'], true],
  ])('%j', async (flags, isJson) => {
    const run = await runCommand(['--image', '', ...flags]);
    expect(run.exitCode).toBe(2);
    expect(run.stdout.startsWith('{')).toBe(isJson);
  });
});
