/** The package as npm hands it out: what is in it, and the command in an empty folder, under each Node. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { canUnshare } from '../support/namespace.ts';
import { install, type Installed, otherNode } from '../support/packed.ts';
import { FakeRegistry } from '../support/registry.ts';
import { NODE, ROOT } from '../support/runner.ts';

let installed: Installed;
let registry: FakeRegistry;
beforeAll(async () => {
  installed = install();
  registry = await FakeRegistry.start();
  registry.push('app', 'good', buildImage());
  registry.push('app', 'other', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
});
afterAll(async () => {
  await registry.stop();
  installed.remove();
});

const inPackage = (...names: string[]): string => path.join(installed.folder, 'node_modules/assert-image', ...names);

describe('what is in it', () => {
  test('one folder of at most 1.6 MB, and nothing to install', () => {
    const names = readdirSync(inPackage(), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('/') || name.includes('.ts.'))).toEqual([]);
    const bytes = names.reduce((sum, name) => sum + statSync(inPackage(name)).size, 0);
    console.info(`package: ${bytes} bytes in ${names.length} files`);
    expect(bytes).toBeLessThanOrEqual(1_600_000);
    expect(readdirSync(path.join(installed.folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'assert-image',
    ]);
    for (const name of ['index.js', 'library.js', 'library.d.ts', 'licenses.txt', 'README.md', 'LICENSE'])
      expect(names).toContain(name);
  });
  test('it is described as it is', () => {
    const own = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as Record<string, unknown>;
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(own).toMatchObject({ name: 'assert-image', version, engines: { node: '>=22.19' }, license: 'MIT' });
    expect(own).not.toHaveProperty('dependencies');
    expect(own).not.toHaveProperty('scripts');
    expect(readFileSync(inPackage('index.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
  test('publint finds nothing', async () => {
    const { messages } = await publint({ pkgDir: inPackage(), level: 'suggestion', strict: true });
    expect(messages).toEqual([]);
  });
  test('attw finds its types', () => {
    const attw = path.join(ROOT, 'node_modules/.bin/attw');
    const { stdout, status } = spawnSync(attw, [installed.tarball, '--profile', 'esm-only', '--format', 'json'], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      analysis: { packageName: 'assert-image', types: { kind: 'included' } },
    });
  });
});

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** By a shell in the user's folder, with a Node of choice first in the path. */
async function sh(script: string, node = NODE): Promise<Ended> {
  const bin = path.join(installed.folder, `bin-${path.basename(path.dirname(path.dirname(node)))}`);
  execFileSync('mkdir', ['-p', bin]);
  if (!readdirSync(bin).includes('node')) symlinkSync(node, path.join(bin, 'node'));
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: installed.folder, npm_config_offline: 'true' };
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], { cwd: installed.folder, env });
    return { exitCode: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}
const command = (tag: string, ...flags: string[]): string =>
  ['npx --no assert-image', registry.reference('app', tag), '--revision', COMMIT, ...flags].join(' ');

describe('npx, in an empty folder', () => {
  test.each([
    ['pass', 'good', [], 0],
    ['fail', 'other', [], 1],
    ['missing', 'none', [], 1],
    ['error', 'good', ['--timeout 1'], 2],
  ])('%s', async (result, tag, flags, exitCode) => {
    const run = await sh(command(tag, ...flags));
    expect(run.stdout).toContain(`assert-image: ${result}`);
    expect(run.exitCode).toBe(exitCode);
  });
  test('the reference, into a variable; and a failure stops the shell', async () => {
    const pass = await sh(
      `set -e; IMAGE=$(${command('good', '--format reference')} 2>/dev/null); echo "deploy $IMAGE"`,
    );
    expect(pass.stdout).toMatch(/^deploy 127\.0\.0\.1:[0-9]+\/app@sha256:[a-f0-9]{64}\n$/);
    const fail = await sh(
      `set -e; IMAGE=$(${command('other', '--format reference')} 2>/dev/null); echo "deploy $IMAGE"`,
    );
    expect(fail).toMatchObject({ stdout: '', exitCode: 1 });
  });
  test.each([
    ['a pipe that closes does not change the verdict', `COMMAND | head -1 >/dev/null; exit \${PIPESTATUS[0]}`, 1],
    ['a full disk is an error', 'COMMAND > /dev/full', 2],
  ])('%s', async (_, script, exitCode) => {
    expect((await sh(script.replace('COMMAND', command('other')))).exitCode).toBe(exitCode);
  });
});

describe.each([20, 22] as const)('Node %s', (version) => {
  const node = otherNode(version);
  test.skipIf(node === null)('a verdict, or one clear line', async () => {
    const run = await sh(command('good'), node ?? NODE);
    if (version === 22) expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    else
      expect(run).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^assert-image: error: Node 20[0-9.]+ is too old; at least 22\.19 is needed\.\n$/,
        ) as string,
      });
  });
});

describe.skipIf(!canUnshare())('no network but loopback', () => {
  test('pass and fail', () => {
    const script = path.join(ROOT, 'test/package/offline.ts');
    const enter = 'ip link set lo up; exec "$@"';
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--net', 'sh', '-c', enter, 'sh', NODE, script, inPackage('index.js')],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('0 1');
    expect(status).toBe(0);
  });
});
