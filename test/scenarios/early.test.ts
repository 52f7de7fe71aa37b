/** What is done before it is needed, and who must not be told of it. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json, registryError, type Site } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const STORAGE = 'pkg-containers.githubusercontent.com';
const TRUSTED = 'registry.example.com=auth.example.com';
const image = buildImage();
let internet: Internet;
beforeEach(async () => void (internet = await Internet.start()));
afterEach(() => internet.stop());

const run = (reference: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: reference, ...internet.inputs, ...inputs }, env: internet.env });

const content: Site = ({ path: asked }, response) => {
  const blob = asked.includes('/manifests/') ? image.manifest : image.config;
  response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
};

describe('a tunnel to storage', () => {
  const ghcr: Site = (request, response) => {
    if (request.path === '/token') return json(response, 200, { token: 'token-5d0c81' });
    if (request.path.includes('/blobs/'))
      return void response.writeHead(307, { location: `https://${STORAGE}${request.path}` }).end();
    return content(request, response);
  };
  const toStorage = (): string[] => internet.connects.filter((host) => host === `${STORAGE}:443`);
  beforeEach(() => {
    internet.site('ghcr.io', ghcr);
    internet.site(STORAGE, content);
  });

  test('is opened once, and used', async () => {
    expect(await run('ghcr.io/acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(toStorage()).toHaveLength(1);
  });

  test.each<[string, (socket: Socket) => unknown]>([
    ['refused', (socket) => socket.end('HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n')],
    ['cut', (socket) => socket.destroy()],
    ['closed behind its 200', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
  ])('that is %s is opened anew when it is needed', async (_, instead) => {
    internet.instead = (host, socket) => host === `${STORAGE}:443` && toStorage().length === 1 && !!instead(socket);
    expect(await run('ghcr.io/acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(toStorage()).toHaveLength(2);
  });

  test('belongs to its host, beside others that are open', async () => {
    internet.site('registry-1.docker.io', ({ path: asked, method, ...rest }, response) => {
      if (!asked.includes('/blobs/')) return content({ path: asked, method, ...rest }, response);
      const location = `https://production.cloudflare.docker.com${asked}`;
      return void response.writeHead(307, { location }).end();
    });
    internet.site('auth.docker.io', (_, response) => json(response, 200, { token: 'token-5d0c81' }));
    internet.site('production.cloudflare.docker.com', content);
    expect(await run('acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(internet.connects.toSorted()).toEqual([
      'auth.docker.io:443',
      'production.cloudflare.docker.com:443',
      'registry-1.docker.io:443',
    ]);
  });

  test('that is refused does not matter where blobs come from the registry', async () => {
    internet.site('ghcr.io', (request, response) =>
      request.path === '/token' ? ghcr(request, response) : content(request, response),
    );
    internet.instead = (host, socket) => host === `${STORAGE}:443` && !!socket.destroy();
    expect(await run('ghcr.io/acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(toStorage()).toHaveLength(1);
  });

  test('to the registry that is cut once is tried again', async () => {
    internet.site('registry.example.com', content);
    internet.instead = (_, socket) => internet.connects.length === 1 && !!socket.destroy();
    expect(await run('registry.example.com/acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(internet.connects).toHaveLength(2);
  });

  test('that hangs does not hold up the end', async () => {
    internet.site('ghcr.io', (request, response) =>
      request.path === '/token' ? ghcr(request, response) : content(request, response),
    );
    internet.instead = (host) => host === `${STORAGE}:443`;
    const { exitCode, seconds } = await run('ghcr.io/acme/app:main');
    expect(exitCode).toBe(0);
    expect(seconds).toBeLessThan(5);
  });
});

describe('a token host that the user trusts', () => {
  test('is connected to, and sent nothing unless the registry names it', async () => {
    internet.site('registry.example.com', content);
    internet.site('auth.example.com', () => {});
    const inputs = { 'trusted-auth-hosts': TRUSTED, username: 'alice', password: 'password-of-alice' };
    expect(await run('registry.example.com/acme/app:main', inputs)).toMatchObject({ exitCode: 0 });
    expect(internet.connects).toContain('auth.example.com:443');
    expect(internet.requests.filter(({ host }) => host === 'auth.example.com')).toEqual([]);
    expect(internet.conversation().join('\n')).not.toContain('[');
  });

  test('is not connected to for another registry', async () => {
    internet.site('registry.example.com', content);
    const inputs = { 'trusted-auth-hosts': 'other.example.com=auth.example.com' };
    expect(await run('registry.example.com/acme/app:main', inputs)).toMatchObject({ exitCode: 0 });
    expect(internet.connects).toEqual(['registry.example.com:443']);
  });

  test('is not connected to for an image that names the registry', async () => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const annotations = { 'org.opencontainers.image.base.name': 'registry.example.com/acme/base:1' };
    registry.push('app', 'main', buildImage({ labels: { [REVISION]: OTHER_COMMIT }, annotations }));
    internet.site('registry.example.com', (_, response) => json(response, 401, registryError('UNAUTHORIZED')));
    const { exitCode } = await run(registry.reference('app', 'main'), { 'trusted-auth-hosts': TRUSTED });
    await registry.stop();
    expect(exitCode).toBe(1);
    expect(internet.connects).toContain('registry.example.com:443');
    expect(internet.connects).not.toContain('auth.example.com:443');
  });
});

describe('credentials', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assert-image-helper-'));
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ credsStore: 'slow' }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function helperIs(script: string): Record<string, string> {
    const helper = path.join(folder, 'docker-credential-slow');
    writeFileSync(helper, `#!/bin/sh\n${script}\n`);
    chmodSync(helper, 0o755);
    return { PATH: `${folder}:${process.env['PATH']}`, DOCKER_CONFIG: folder };
  }

  test('are looked up before the registry wants them', async () => {
    const begun = path.join(folder, 'begun');
    const env = helperIs(`touch ${begun}; echo '{"Username":"alice","Secret":"password-of-alice"}'`);
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'alice', password: 'password-of-alice' });
    registry.push('app', 'main', image);
    // The challenge comes once the helper has run.
    registry.override(async ({ headers }) => {
      for (let wait = 0; headers.authorization === undefined && !existsSync(begun) && wait < 200; wait += 1)
        await sleep(25);
      return !existsSync(begun);
    });
    const { exitCode } = await runAction({ inputs: { image: registry.reference('app', 'main') }, env });
    await registry.stop();
    expect(exitCode).toBe(0);
  });

  test.each([
    ['fails', 'echo no >&2; exit 1'],
    ['hangs', 'exec sleep 30'],
  ])('by a helper that %s do not matter where none are wanted', async (_, script) => {
    const env = helperIs(script);
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    registry.push('app', 'main', image);
    const one = await runAction({ inputs: { image: registry.reference('app', 'main') }, env });
    await registry.stop();
    expect(one).toMatchObject({ exitCode: 0 });
    expect(one.seconds).toBeLessThan(5);
  });

  test('by a helper that hangs do not hold up a registry whose token service is known', async () => {
    internet.site('gcr.io', content);
    const { exitCode, seconds } = await runAction({
      inputs: { image: 'gcr.io/acme/app:main', ...internet.inputs },
      env: { ...internet.env, ...helperIs('exec sleep 30') },
    });
    expect(exitCode).toBe(0);
    expect(seconds).toBeLessThan(8);
  });

  test('are secrets as soon as they are known', async () => {
    const done = path.join(folder, 'done');
    const env = helperIs(`echo '{"Username":"alice","Secret":"password-of-alice"}'; touch ${done}`);
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    registry.push('app', 'main', buildImage({ labels: { said: 'password-of-alice' } }));
    registry.override(async () => {
      for (let wait = 0; !existsSync(done) && wait < 200; wait += 1) await sleep(25);
      await sleep(200);
      return false;
    });
    const inputs = { image: registry.reference('app', 'main'), revision: 'any', labels: 'said=hello' };
    const { exitCode, stdout, summary } = await runAction({ inputs, env });
    await registry.stop();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('::add-mask::password-of-alice');
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '') + summary).not.toContain('password-of-alice');
  });
});
