import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { type AuthEntry, findAuth, findCredentials, readAuthEntry } from '../../src/credentials/credentials.ts';
import { dockerConfigStores } from '../../src/credentials/docker-config.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('which entry is for which repository (A-21)', () => {
  test.each([
    ['the host', ['ghcr.io'], 'ghcr.io', 'o/app', 'ghcr.io'],
    ['capitals', ['GHCR.io'], 'ghcr.io', 'o/app', 'GHCR.io'],
    ['a URL', ['https://ghcr.io'], 'ghcr.io', 'o/app', 'https://ghcr.io'],
    ['a URL with a path', ['https://ghcr.io/v2/'], 'ghcr.io', 'o/app', 'https://ghcr.io/v2/'],
    ['a URL without its scheme', ['ghcr.io/v2/'], 'ghcr.io', 'o/app', 'ghcr.io/v2/'],
    ['the path before the host', ['ghcr.io', 'ghcr.io/o', 'ghcr.io/o/app'], 'ghcr.io', 'o/app', 'ghcr.io/o/app'],
    ['a parent path before the host', ['ghcr.io', 'ghcr.io/o'], 'ghcr.io', 'o/app', 'ghcr.io/o'],
    ['a path outside of which it does not count', ['ghcr.io/other'], 'ghcr.io', 'o/app', null],
    ['a path that is only a prefix of the name', ['ghcr.io/o/ap'], 'ghcr.io', 'o/app', null],
    ['a port', ['ghcr.io:443'], 'ghcr.io', 'o/app', null],
    ['another port', ['localhost:5000'], 'localhost:5001', 'app', null],
    ['a look-alike', ['evilghcr.io', 'ghcr.io.evil.example', 'notghcr.io'], 'ghcr.io', 'o/app', null],
    [
      'Docker Hub by its old URL',
      ['https://index.docker.io/v1/'],
      'docker.io',
      'library/alpine',
      'https://index.docker.io/v1/',
    ],
    ['Docker Hub by a path', ['docker.io/acme'], 'docker.io', 'acme/app', 'docker.io/acme'],
    [
      'a path of Docker Hub before its old URL',
      ['https://index.docker.io/v1/', 'docker.io/acme/app'],
      'docker.io',
      'acme/app',
      'docker.io/acme/app',
    ],
    ['nothing of Docker Hub for others', ['https://index.docker.io/v1/'], 'ghcr.io', 'o/app', null],
    ['an inherited name', [], 'constructor', 'app', null],
  ])('%s', (_, keys, registry, repository, found) => {
    const auths = new Map<string, AuthEntry>(keys.map((key) => [key, { auth: base64(`${key}:pw`) }]));
    expect(findAuth(auths, registry, repository)?.[0] ?? null).toBe(found);
  });

  test('an empty entry is the mark of a helper, and no entry', () => {
    expect(findAuth(new Map([['ghcr.io', {}]]), 'ghcr.io', 'o/app')).toBeNull();
  });
});

describe('what an entry says (A-22, A-23)', () => {
  test.each([
    ['user and password', { auth: base64('alice:secret') }, { username: 'alice', password: 'secret' }],
    ['a colon in the password', { auth: base64('alice:a:b') }, { username: 'alice', password: 'a:b' }],
    [
      'missing padding',
      { auth: base64('alice:secret1').replaceAll('=', '') },
      { username: 'alice', password: 'secret1' },
    ],
    [
      'line breaks, as coreutils writes',
      { auth: `${base64('alice:sec')}\n${base64('ret').slice(0, 4)}\n` },
      { username: 'alice', password: 'secret' },
    ],
    ['trailing NULs', { auth: base64('alice:secret\0\0') }, { username: 'alice', password: 'secret' }],
    ['plain fields', { username: 'alice', password: 'secret' }, { username: 'alice', password: 'secret' }],
    [
      'an identity token',
      { auth: base64('alice:'), identitytoken: 't' },
      { kind: 'identity-token', token: 't', fallback: null },
    ],
    ['a registry token', { registrytoken: 't' }, { kind: 'registry-token', token: 't' }],
  ])('%s', (_, entry, expected) => {
    expect(readAuthEntry(entry, 'the file')).toMatchObject(expected);
  });

  test.each([
    ['no base64', { auth: 'not base64!' }],
    ['no colon', { auth: base64('alice') }],
    ['no user', { auth: base64(':secret') }],
    ['no password', { auth: base64('alice:') }],
    ['half of it', { username: 'alice' }],
  ])('%s is an error that does not repeat it', (_, entry) => {
    try {
      readAuthEntry(entry, 'the file');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'credentials' });
      expect((error as Error).message).toContain('the file');
      expect((error as Error).message).not.toMatch(/alice|secret|not base64!/);
    }
  });
});

describe('where they are looked for (A-19, A-20)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  let count = 0;

  function home(files: Record<string, unknown> = {}): string {
    count += 1;
    const at = path.join(folder, `home${count}`);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
      writeFileSync(path.join(at, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    mkdirSync(at, { recursive: true });
    return at;
  }

  function helper(name: string, script: string): void {
    const file = path.join(bin, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  const entry = (username: string): unknown => ({ auths: { 'r.example.com': { auth: base64(`${username}:pw`) } } });
  const find = (env: NodeJS.ProcessEnv): ReturnType<typeof findCredentials> =>
    findCredentials(
      dockerConfigStores({ PATH: `${bin}:${process.env['PATH']}`, ...env }, new AbortController().signal),
      'r.example.com',
      'app',
    );

  test('in the order of precedence', async () => {
    const at = home({
      '.docker/config.json': entry('docker'),
      'auth.json': entry('registry-auth-file'),
      'run/containers/auth.json': entry('runtime'),
      '.config/containers/auth.json': entry('config'),
      'own/config.json': entry('docker-config'),
    });
    const all = { HOME: at, REGISTRY_AUTH_FILE: `${at}/auth.json`, XDG_RUNTIME_DIR: `${at}/run` };
    const nothing = home();
    expect(await find({ ...all, DOCKER_AUTH_CONFIG: JSON.stringify(entry('variable')) })).toMatchObject({
      username: 'variable',
    });
    expect(await find({ ...all, DOCKER_CONFIG: `${at}/own` })).toMatchObject({ username: 'docker-config' });
    expect(await find(all)).toMatchObject({ username: 'docker' });
    expect(await find({ ...all, HOME: nothing })).toMatchObject({ username: 'registry-auth-file' });
    expect(await find({ HOME: nothing, XDG_RUNTIME_DIR: `${at}/run` })).toMatchObject({ username: 'runtime' });
    expect(await find({ HOME: nothing, XDG_CONFIG_HOME: `${at}/.config` })).toMatchObject({ username: 'config' });
    expect(await find({ HOME: nothing })).toEqual({ kind: 'anonymous' });
  });

  test('a place that has nothing for this registry does not end the search', async () => {
    const at = home({
      '.docker/config.json': { auths: { 'other.example.com': { auth: base64('a:b') } } },
      '.config/containers/auth.json': entry('config'),
    });
    expect(await find({ HOME: at })).toMatchObject({ username: 'config' });
  });

  test.each([
    ['no JSON', '{ "auths": {"r.example.com": {"auth": "hunter2'],
    ['a list', []],
    ['auths in a list', { auths: [] }],
    ['a number in an entry', { auths: { 'r.example.com': { auth: 7 } } }],
    ['an entry that cannot be read', { auths: { 'r.example.com': { auth: '%%%' } } }],
  ])('%s is an error, not anonymous', async (_, content) => {
    const at = home({ '.docker/config.json': content });
    await expect(find({ HOME: at })).rejects.toMatchObject({
      code: 'credentials',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  test('a helper for the host comes before the store for all, and both before auths', async () => {
    helper('host', 'printf \'{"ServerURL":"x","Username":"from-host","Secret":"s3cret"}\'');
    helper('all', 'printf \'{"ServerURL":"x","Username":"from-all","Secret":"s3cret"}\'');
    const auths = { 'r.example.com': { auth: base64('plain:pw') } };
    expect(
      await find({
        HOME: home({ '.docker/config.json': { auths, credsStore: 'all', credHelpers: { 'r.example.com': 'host' } } }),
      }),
    ).toMatchObject({ username: 'from-host' });
    expect(await find({ HOME: home({ '.docker/config.json': { auths, credsStore: 'all' } }) })).toMatchObject({
      username: 'from-all',
    });
    expect(
      await find({ HOME: home({ '.docker/config.json': { auths, credHelpers: { 'other.example.com': 'host' } } }) }),
    ).toMatchObject({ username: 'plain' });
  });

  test('the protocol: `get`, the server on standard input, <token> for an identity token (A-24)', async () => {
    helper('asks', `read -r server; printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' x "$1-$server" s3cret`);
    helper('token', 'cat >/dev/null; printf \'{"Username":"<token>","Secret":"refresh"}\'');
    expect(await find({ HOME: home({ '.docker/config.json': { credsStore: 'asks' } }) })).toMatchObject({
      username: 'get-r.example.com',
    });
    expect(await find({ HOME: home({ '.docker/config.json': { credsStore: 'token' } }) })).toMatchObject({
      kind: 'identity-token',
      token: 'refresh',
    });
  });

  test('a helper that knows nothing is no error, and the search goes on', async () => {
    helper('knows-nothing', 'echo "credentials not found in native keychain"; exit 1');
    const files = {
      '.docker/config.json': { credsStore: 'knows-nothing' },
      '.config/containers/auth.json': entry('config'),
    };
    expect(await find({ HOME: home(files) })).toMatchObject({ username: 'config' });
  });

  test.each([
    ['fails', 'echo "secret-output"; exit 1', 'exit code 1'],
    ['prints no JSON', 'echo "secret-output"', 'not JSON'],
    ['prints half of it', 'printf \'{"Username":"secret-output"}\'', 'lacks Username or Secret'],
    ['prints without end', 'yes secret-output', 'could not be run'],
    ['dies', 'kill -9 $$', 'could not be run'],
  ])('a helper that %s is an error, its output shown nowhere', async (name, script, reason) => {
    helper('bad', script);
    try {
      await find({
        HOME: home({
          '.docker/config.json': { credsStore: 'bad', auths: (entry('plain') as { auths: unknown }).auths },
        }),
      });
      expect.unreachable(name);
    } catch (error) {
      expect(error).toBeInstanceOf(AssertImageError);
      expect(error).toMatchObject({ code: 'credentials', message: expect.stringContaining(reason) });
      expect(JSON.stringify(error) + (error as Error).message + String((error as Error).cause)).not.toContain(
        'secret-output',
      );
    }
  });

  test('a helper that is not there is an error', async () => {
    await expect(find({ HOME: home({ '.docker/config.json': { credsStore: 'nowhere' } }) })).rejects.toThrow(
      'not installed',
    );
  });

  test.each(['../../x', 'a b', 'a;b', '$(x)'])('the helper name %s is refused', async (name) => {
    await expect(find({ HOME: home({ '.docker/config.json': { credsStore: name } }) })).rejects.toThrow('not allowed');
  });

  test('our own secrets are not in the environment of a helper, cloud variables are', async () => {
    helper('env', 'printf \'{"Username":"u","Secret":"%s"}\' "$(env | cut -d= -f1 | sort | tr "\\n" ,)"');
    const secrets = {
      INPUT_PASSWORD: 'x',
      'INPUT_GITHUB-TOKEN': 'x',
      ACTIONS_RUNTIME_TOKEN: 'x',
      GITHUB_TOKEN: 'x',
      AWS_PROFILE: 'x',
    };
    const found = await find({ HOME: home({ '.docker/config.json': { credsStore: 'env' } }), ...secrets });
    expect(found).toMatchObject({ password: expect.stringContaining('AWS_PROFILE') });
    expect(JSON.stringify(found)).not.toMatch(/INPUT_|ACTIONS_|GITHUB_TOKEN/);
  });
});
