import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  canRunDockerRegistry,
  DockerRegistry,
  makeLayoutWithUmoci,
  PASSWORD,
  USERNAME,
  writeLayout,
} from '../support/docker-registry.ts';
import { buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { runAction, runCommand } from '../support/runner.ts';
import { PUBLISHED_METADATA_TEST } from '../support/structure-test.ts';

const layouts = mkdtempSync(path.join(tmpdir(), 'assert-image-layouts-'));
const single = path.join(layouts, 'single');
const multi = path.join(layouts, 'multi');
const canRun = canRunDockerRegistry();

beforeAll(() => {
  if (!canRun) return;
  makeLayoutWithUmoci(single, 'main', { [REVISION]: COMMIT }, ['APP_MODE=live']);
  writeLayout(multi, { main: buildTwoPlatforms({ manifest: { layers: [] } }) });
});
afterAll(() => rmSync(layouts, { recursive: true, force: true }));

describe.skipIf(!canRun)('docker-registry, anonymous', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    await registry.push(single, 'main', 'acme/app');
    await registry.push(multi, 'main', 'acme/multi');
  });
  afterAll(() => registry.stop());

  test('an image that umoci made passes, with its digest', async () => {
    const run = await runAction({ inputs: { image: `${registry.host}/acme/app:main`, env: 'APP_MODE=live' } });
    expect(run.stdout).toContain('assert-image: pass');
    expect(run.exitCode).toBe(0);
    expect(run.outputs['reference']).toMatch(new RegExp(`^${registry.host}/acme/app@sha256:[a-f0-9]{64}$`));
  });

  test('an index passes on both platforms; another commit fails; a missing tag and repository are missing', async () => {
    const image = `${registry.host}/acme/multi:main`;
    const passed = await runCommand(['--image', image, '--revision', COMMIT]);
    expect(passed.stdout).toContain('(linux/amd64, linux/arm64)');
    expect(passed.exitCode).toBe(0);
    const failed = await runCommand(['--image', image, '--revision', OTHER_COMMIT]);
    expect(failed.stdout).toContain('is not built from');
    expect(failed.exitCode).toBe(1);
    for (const missing of [`${registry.host}/acme/multi:none`, `${registry.host}/acme/none:main`]) {
      const run = await runCommand([missing, '--revision', 'any']);
      expect(run.stdout).toContain('does not exist');
      expect(run.exitCode).toBe(1);
    }
  });

  test('by digest, and with the digest as the expectation', async () => {
    const { outputs } = await runAction({ inputs: { image: `${registry.host}/acme/multi:main` } });
    const run = await runAction({ inputs: { image: outputs['reference'] ?? '', digest: outputs['digest'] ?? '' } });
    expect(run.outputs).toMatchObject({ result: 'pass', reference: outputs['reference'], tag: '' });
  });
});

describe.skipIf(!canRun)('an image that umoci made after container-structure-test tests/Dockerfile.metadata', () => {
  const facts = path.join(layouts, 'facts');
  let registry: DockerRegistry;
  beforeAll(async () => {
    const labels = {
      'localnet.localdomain.commit_hash': '0123456789abcdef0123456789abcdef01234567',
      'localnet.my-domain.my-label': 'my test label',
      'label-with-empty-val': '',
    };
    makeLayoutWithUmoci(facts, 'main', labels, [
      'SOME_KEY=SOME_VAL',
      'EMPTY_VAR=',
      'FOO_BAR=FOO\\:BAR=BAZ',
      'REGEX_VAR=test-2.1.8',
    ]);
    registry = await DockerRegistry.start();
    await registry.push(facts, 'main', 'acme/facts');
  });
  afterAll(() => registry.stop());

  const policy = (changes = ''): string => {
    const file = path.join(layouts, 'metadata_test.yaml');
    const test = PUBLISHED_METADATA_TEST.replaceAll(/^/gm, '  ');
    writeFileSync(
      file,
      `schemaVersion: '2.0.0' # Make sure to test the latest schema version\nmetadataTest:\n${test}\n${changes}`,
    );
    return file;
  };

  test("that project's own metadata test passes, and fails where it is changed", async () => {
    const image = `${registry.host}/acme/facts:main`;
    const passed = await runCommand([image, '--policy', policy(), '--revision', 'any']);
    expect(passed.stdout).toContain('assert-image: pass');
    expect(passed.exitCode).toBe(0);
    const failed = await runCommand([
      '--image',
      image,
      '--revision',
      'any',
      '--policy',
      policy("  user: 'nobody'\n  exposedPorts: ['80']\n"),
    ]);
    expect(failed.stdout).toContain('2 of');
    expect(failed.exitCode).toBe(1);
  });
});

describe.skipIf(!canRun).each(['htpasswd', 'token'] as const)('docker-registry with %s authentication', (auth) => {
  let registry: DockerRegistry;
  let trusted: Record<string, string>;
  beforeAll(async () => {
    registry = await DockerRegistry.start({ auth });
    await registry.push(multi, 'main', 'acme/app');
    trusted = auth === 'token' ? { 'trusted-auth-hosts': `${registry.host}=${registry.authHost}` } : {};
  });
  afterAll(() => registry.stop());

  const inputs = (changes: Record<string, string> = {}): Record<string, string> => ({
    image: `${registry.host}/acme/app:main`,
    username: USERNAME,
    password: PASSWORD,
    ...trusted,
    ...changes,
  });

  test('the right password passes, and is shown nowhere', async () => {
    const run = await runAction({ inputs: inputs() });
    expect(run.stdout).toContain('assert-image: pass');
    expect(run.exitCode).toBe(0);
    const shown =
      run.stdout.replaceAll(/^::add-mask::.*$/gm, '') +
      run.stderr +
      run.summary +
      JSON.stringify([run.outputs, run.report]);
    for (const secret of [PASSWORD, Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')])
      expect(shown).not.toContain(secret);
  });

  test('a wrong password is exit code 2, and a text that names it', async () => {
    const run = await runAction({ inputs: inputs({ password: 'wrong-password' }) });
    expect(run.exitCode).toBe(2);
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toMatch(/the inputs username and password|Check user name and password/);
  });

  test('no credentials are exit code 2, and a text that says what to give', async () => {
    const run = await runAction({ inputs: inputs({ username: '', password: '' }) });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('username and password');
  });

  test('the docker config is used where no inputs are given', async () => {
    const config = { auths: { [registry.host]: { auth: Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64') } } };
    const run = await runAction({
      inputs: inputs({ username: '', password: '' }),
      env: { DOCKER_AUTH_CONFIG: JSON.stringify(config) },
    });
    expect(run.exitCode).toBe(0);
  });
});
