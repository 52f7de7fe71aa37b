/** What reviewers broke once, and must not break again. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OCI_INDEX } from '../../src/image/media-types.ts';
import {
  blobOf,
  buildImage,
  buildIndex,
  buildTwoPlatforms,
  COMMIT,
  descriptorOf,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, runCommand } from '../support/runner.ts';

let registry: FakeRegistry;
beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));
afterEach(() => registry.stop());
const main = (): string => registry.reference('app', 'main');

describe('no green without every image read and checked', () => {
  test.each([',', ' , ', ',,\n'])('platforms: %j is an empty list, not no platform at all', async (platforms) => {
    registry.push('app', 'main', buildTwoPlatforms({ labels: { [REVISION]: OTHER_COMMIT } }));
    const run = await runAction({ inputs: { image: main(), platforms } });
    expect(run.stdout).toContain('platforms: the list is empty.');
    expect(run.exitCode).toBe(2);
  });

  test('an entry without platform and of unknown type, which some clients start, is looked into', async () => {
    const evil = { ...buildImage({ labels: { evil: 'yes' } }), platform: undefined };
    const index = buildIndex([evil, buildImage({ platform: 'linux/arm64' })], {
      entries: (entry, at) => (at === 0 ? { ...entry, mediaType: 'application/vnd.example' } : entry),
    });
    registry.push('app', 'main', index);
    const run = await runAction({ inputs: { image: main() } });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('but it is application/vnd.oci.image.manifest.v1+json');
  });

  test('a config that two manifests share has to be of the size that each states', async () => {
    const honest = buildImage();
    const { config } = honest;
    const liar = buildImage({ manifest: { config: { ...descriptorOf(config), size: config.bytes.length + 5 } } });
    registry.push('app', 'main', buildIndex([honest, { ...liar, platform: { os: 'linux', architecture: 'arm64' } }]));
    const run = await runAction({ inputs: { image: main() } });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('its manifest says');
  });
});

describe('nothing acts, nothing leaks', () => {
  test('--format json is inert in a log, and still the same JSON', async () => {
    const text = 'a ##[set-output name=result;]pass \u202e \u009b \u2028';
    registry.push('app', 'main', buildImage({ labels: { [REVISION]: COMMIT, text } }));
    const { stdout } = await runCommand(['--image', main(), '--format', 'json']);
    expect(stdout).not.toMatch(/##\[|[\u202e\u009b\u2028]/);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(text).slice(1, -1));
  });

  test('a secret that a server repeats is taken out before anything is escaped or cut', async () => {
    const password = 'p@ss$wo"rd!x-and-more';
    const closed = await FakeRegistry.start({ username: 'alice', password });
    closed.override((request, response) => {
      if (!request.path.startsWith('/token')) return false;
      const message = `${'x'.repeat(190)}alice:${password} is wrong`;
      send(response, 401, JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message }] }));
      return true;
    });
    const inputs = {
      image: closed.reference('app', 'main'),
      username: 'alice',
      password,
      'trusted-auth-hosts': `${closed.host()}=${closed.host('auth')}`,
    };
    const run = await runAction({ inputs });
    await closed.stop();
    expect(run.exitCode).toBe(2);
    const shown = [
      run.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
      run.summary,
      ...Object.values(run.outputs),
      JSON.stringify(run.report),
    ].join('\n');
    const failures = JSON.stringify(JSON.parse(run.outputs['failures'] ?? ''));
    for (const part of [password, 'p@ss', 'wo"rd', 'p\\u0040ss']) expect(shown + failures).not.toContain(part);
  });

  test('a platform name is no Markdown', async () => {
    registry.push(
      'app',
      'main',
      buildImage({ configFile: { os: 'https://evil.example/approve', architecture: 'amd64' } }),
    );
    const { summary } = await runAction({ inputs: { image: main() } });
    expect(summary.replaceAll(/`[^`]*`/g, '')).not.toContain('evil.example');
  });

  test('debug lines have no path of a host other than the registry', async () => {
    const cdn = await FakeRegistry.start({ auth: 'none' });
    cdn.push('app', 'main', buildImage());
    const run = await runAction({ inputs: { image: cdn.reference('app', 'main') }, env: { RUNNER_DEBUG: '1' } });
    expect(run.stdout).toContain(`::debug::GET ${cdn.host()}/v2/app/manifests/main: 200`);
    expect(run.stdout).toContain(`::debug::GET ${cdn.host('cdn')}/…: 200`);
    expect(run.stdout).not.toContain('presigned');
    await cdn.stop();
  });
});

describe('a token service cannot break our outputs', () => {
  test.each([
    ['a fragment of a digest', 'sha256:', 2],
    ['half of a surrogate pair', '\ud800aaaaaaaaaaaaaaaaaaaa', 2],
  ])('by a token that is %s', async (_, token, exitCode) => {
    const bearer = await FakeRegistry.start();
    const image = buildImage();
    bearer.push('app', 'main', image);
    bearer.override((request, response) => {
      if (request.path.startsWith('/token')) return send(response, 200, JSON.stringify({ token }));
      if (request.headers.authorization !== `Bearer ${token}`) return false;
      if (request.path.includes('/manifests/'))
        return send(response, 200, image.manifest.bytes, { 'content-type': image.manifest.mediaType });
      return send(response, 200, image.config.bytes);
    });
    const run = await runAction({ inputs: { image: bearer.reference('app', 'main') } });
    await bearer.stop();
    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout).not.toContain('::add-mask::sha256:');
    expect(run.outputs['digest']).toBe(exitCode === 0 ? image.manifest.digest : '');
    expect(run.outputs['result']).toBe(exitCode === 0 ? 'pass' : 'error');
  });
});

describe('ends in time', () => {
  test('a hanging credential helper dies with the run', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
    mkdirSync(path.join(home, '.docker'));
    writeFileSync(path.join(home, '.docker', 'config.json'), JSON.stringify({ credsStore: 'hangs' }));
    writeFileSync(path.join(home, 'docker-credential-hangs'), '#!/bin/sh\nexec sleep 60\n');
    chmodSync(path.join(home, 'docker-credential-hangs'), 0o755);
    const closed = await FakeRegistry.start({ auth: 'basic', username: 'a', password: 'b' });
    const started = Date.now();
    const run = await runAction({
      inputs: { image: closed.reference('app', 'main'), timeout: '1s' },
      env: { HOME: home, PATH: `${home}:${process.env['PATH']}` },
    });
    await closed.stop();
    rmSync(home, { recursive: true });
    expect(run.exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('what is still being tried does not hold up a verdict that stands', async () => {
    const index = buildTwoPlatforms();
    registry.push('app', 'main', index);
    registry.override((request, response) => {
      if (request.path.endsWith(index.children[0]?.manifest.digest as string)) return send(response, 403, '{}');
      if (request.path.endsWith(index.children[1]?.manifest.digest as string))
        return send(response, 503, '{}', { 'retry-after': '20' });
      return false;
    });
    const started = Date.now();
    expect((await runAction({ inputs: { image: main() } })).exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('indexes in indexes are counted together', async () => {
    const inner = Array.from({ length: 60 }, (_, at) => {
      const built = buildIndex([buildImage({ labels: { at: String(at) } }), buildImage({ labels: { at: `x${at}` } })]);
      registry.push('app', null, built);
      return built.manifest;
    });
    const outer = blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: inner.map(descriptorOf) }, OCI_INDEX);
    registry.putManifest('app', 'main', outer);
    const run = await runAction({ inputs: { image: main() } });
    expect(run.stdout).toContain('names more than 100 images');
    expect(registry.requests.length).toBeLessThan(110);
  });
});

describe('what the contract says', () => {
  test('plain-http takes loopback beside hosts', async () => {
    registry.push('app', 'main', buildImage());
    expect(
      (await runAction({ inputs: { image: main(), 'plain-http': 'loopback, registry.local:5000' } })).exitCode,
    ).toBe(0);
    const wrong = await runAction({ inputs: { image: main(), 'plain-http': 'none, registry.local:5000' } });
    expect(wrong.stdout).toContain('plain-http: ');
    expect(wrong.exitCode).toBe(2);
  });

  test.each([
    ['{} with 200', 200, '{}', 'missing'],
    ['a web page with 200', 200, '<html>', 'error'],
  ])('a bare 404 where /v2/ answers %s is %s', async (_, status, body, result) => {
    registry.override((request, response) => {
      send(response, request.path === '/v2/' ? status : 404, request.path === '/v2/' ? body : 'not found');
    });
    expect((await runAction({ inputs: { image: main() } })).outputs['result']).toBe(result);
  });

  test('forty images are looked at in turn, each with its own time', async () => {
    const image = buildImage();
    registry.push('app', 'main', image);
    let queue = Promise.resolve();
    registry.override(async (request, response) => {
      queue = queue.then(() => new Promise((resolve) => setTimeout(resolve, 60)));
      await queue;
      if (request.path.includes('/blobs/')) return send(response, 200, image.config.bytes);
      return send(response, 200, image.manifest.bytes, { 'content-type': image.manifest.mediaType });
    });
    const lines = Array.from({ length: 40 }, (_, at) => registry.reference('app', `t${at}`)).join('\n');
    const run = await runAction({ inputs: { image: lines, timeout: '2s' } });
    expect(run.outputs['result']).toBe('pass');
  });
});
