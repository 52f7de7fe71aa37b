import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OUTPUT_NAMES } from '../../src/report/outputs.ts';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { MAIN, NODE, readActionYml, runAction, runCommand } from '../support/runner.ts';

/** NODE_OPTIONS that run a module before ours: the world changed, not our code. */
function preloading(code: string): string {
  return `--import=data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

let registry: FakeRegistry;
let image: string;
beforeAll(async () => {
  registry = await FakeRegistry.start();
  registry.push('acme/app', 'main', buildImage());
  registry.push('acme/app', 'other', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
  image = registry.reference('acme/app', 'main');
});
afterAll(() => registry.stop());

describe('inputs fail closed, before any request', () => {
  test.each([
    ['an empty image', { image: '' }, 'image: it is given, but empty.'],
    ['a white revision', { revision: '  ' }, 'revision: it is given, but empty.'],
    ['empty labels (S-18)', { labels: '' }, 'labels: it is given, but empty.'],
    ['an empty digest', { digest: '' }, 'digest: it is given, but empty.'],
    ['nothing but comments', { labels: '# todo' }, 'labels: it holds nothing but comments.'],
    ['a misspelt input', { lables: 'a=b' }, 'lables: there is no such input. Did you mean labels?'],
    ['a misspelt input with an underscore', { fail_on_mismatch: 'false' }, 'Did you mean fail-on-mismatch?'],
    ['an abbreviated revision', { revision: 'c0ffee0' }, 'not a full commit ID'],
    ['neither true nor false', { 'fail-on-mismatch': 'yes' }, 'neither true nor false'],
    ['a time without a unit', { timeout: '60' }, 'not a length of time'],
    ['no time at all', { timeout: '0s' }, 'not a length of time'],
    ['a user name without a password (A-26)', { username: 'alice' }, 'password: it is empty, but username is given.'],
    [
      'a password without a user name (A-26)',
      { password: 'secret-pw' },
      'username: it is empty, but password is given.',
    ],
    ['a platform that is none', { platforms: 'amd64' }, 'is not a platform'],
    ['the same line twice', { labels: 'a=b\na = b' }, 'labels, line 2: label a = b is expected twice.'],
  ])('%s', async (_, inputs, text) => {
    const before = registry.requests.length;
    const run = await runAction({ inputs: { image, ...inputs } });
    expect(run.stdout).toContain(text);
    expect(run.exitCode).toBe(2);
    expect(run.outputs).toMatchObject({ result: 'error', reference: '' });
    expect(registry.requests).toHaveLength(before);
  });

  test('all wrong lines of all inputs are reported at once, with their line numbers', async () => {
    const inputs = {
      image: `${image}\nlocalhost:5000`,
      labels: 'a=b\n\n# fine\nc==d\ne=',
      env: 'X in ()',
      revision: 'short',
    };
    const run = await runAction({ inputs });
    for (const place of ['image, line 2:', 'labels, line 4:', 'labels, line 5:', 'env: ', 'revision: '])
      expect(run.stdout).toContain(place);
  });

  test('credentials of one registry are refused for images of several', async () => {
    const run = await runAction({
      inputs: { image: `${image}\nghcr.io/acme/app:main`, username: 'alice', password: 'secret-pw' },
    });
    expect(run.stdout).toContain('the images are in several registries');
    expect(run.exitCode).toBe(2);
  });

  test('an event that names no commit asks for an explicit revision', async () => {
    const run = await runAction({ inputs: { image }, event: { name: 'issue_comment' } });
    expect(run.stdout).toContain('does not determine the commit to expect');
    expect(run.exitCode).toBe(2);
  });
});

describe('every output is always written', () => {
  test('action.yml declares what the code writes', () => {
    expect(Object.keys(readActionYml().outputs)).toEqual([...OUTPUT_NAMES]);
  });

  test.each([
    ['pass', {}],
    ['fail', { revision: OTHER_COMMIT }],
    ['error', { revision: '' }],
  ])('%s', async (result, inputs) => {
    const run = await runAction({ inputs: { image, ...inputs } });
    expect(Object.keys(run.outputs).toSorted()).toEqual([...OUTPUT_NAMES].toSorted());
    // As they stand in the file: what cut the writing short would leave no result behind.
    expect(Object.keys(run.outputs).slice(-2)).toEqual(['reference', 'result']);
    expect(run.outputs['result']).toBe(result);
  });
});

describe('what happens around it never makes a wrong green (S-20)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['no GITHUB_OUTPUT', { GITHUB_OUTPUT: undefined }],
    ['a GITHUB_OUTPUT that is not there', { GITHUB_OUTPUT: '/nonexistent/output' }],
  ])('%s: the outputs cannot be handed on, so exit code 2', async (_, env) => {
    const run = await runAction({ inputs: { image }, env });
    expect(run.stdout).toContain('the outputs cannot be written');
    expect(run.exitCode).toBe(2);
  });

  test.each([
    ['no GITHUB_STEP_SUMMARY', { GITHUB_STEP_SUMMARY: undefined }],
    ['a summary that cannot be written', { GITHUB_STEP_SUMMARY: '/nonexistent/summary' }],
    ['a folder for the report that is not there', { RUNNER_TEMP: '/nonexistent' }],
  ])('%s: a warning, the verdict unchanged, both ways', async (_, env) => {
    const passed = await runAction({ inputs: { image }, env });
    expect(passed.stdout).toContain('could not be written');
    expect(passed.exitCode).toBe(0);
    const failed = await runAction({ inputs: { image: registry.reference('acme/app', 'other') }, env });
    expect(failed.exitCode).toBe(1);
  });

  test.each([
    ['that hangs before it answers', (): void => {}],
    [
      'that dribbles without end (H-8)',
      (response: NodeJS.WritableStream): void => {
        const timer = setInterval(() => response.write('x'), 100);
        setTimeout(() => clearInterval(timer), 10_000).unref();
      },
    ],
  ])('a registry %s ends at the deadline, with exit code 2', async (_, answer) => {
    const stalled = await FakeRegistry.start({ auth: 'none' });
    stalled.override((__, response) => {
      answer(response);
      return true;
    });
    const started = Date.now();
    const run = await runAction({ inputs: { image: stalled.reference('acme/app', 'main'), timeout: '1s' } });
    await stalled.stop();
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('no answer within 1 s');
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test('an event loop that drains without a verdict is exit code 2, and says so', async () => {
    // Node loses a pending promise when nothing else holds the loop: no timer and no socket does here.
    const preload = preloading(`
      import { Socket } from 'node:net';
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (...args) => setTimeout(...args).unref();
      const { connect } = Socket.prototype;
      Socket.prototype.connect = function (...args) { return connect.apply(this.unref(), args); };
    `);
    const stalled = await FakeRegistry.start({ auth: 'none' });
    stalled.override(() => true);
    const run = await runAction({
      inputs: { image: stalled.reference('acme/app', 'main') },
      env: { NODE_OPTIONS: preload },
    });
    await stalled.stop();
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('ended without a verdict');
  });

  test('a node that is too old says so in one line, with exit code 2', async () => {
    const preload = preloading(`Object.defineProperty(process.versions, 'node', { value: '20.19.0' })`);
    const run = await runAction({ inputs: { image }, env: { NODE_OPTIONS: preload } });
    expect(run.stderr).toBe('assert-image: error: Node 20.19.0 is too old; at least 22.19 is needed.\n');
    expect(run.stdout).toBe('');
    expect(run.exitCode).toBe(2);
  });

  test('several images: the worst decides, and the outputs speak of the first', async () => {
    const lines = `# all of them\n${image}\n\n${registry.reference('acme/app', 'other')}\n${registry.reference('acme/app', 'none')}`;
    const run = await runAction({ inputs: { image: lines } });
    expect(run.outputs).toMatchObject({ result: 'missing', reference: '', tag: 'main', revision: COMMIT });
    expect((JSON.parse(run.outputs['images'] ?? '') as { result: string }[]).map(({ result }) => result)).toEqual([
      'pass',
      'fail',
      'missing',
    ]);
    expect(run.exitCode).toBe(1);
  });

  test('nothing expected: pass, with a notice', async () => {
    const run = await runAction({ inputs: { image, revision: 'any' } });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('::notice');
    expect(run.stdout).toContain('nothing is expected of this image');
  });
});

describe('by hand', () => {
  test('a slow reader of the report gets all of it, and the exit code is the verdict', async () => {
    registry.push('acme/app', 'large', buildImage({ labels: { [REVISION]: COMMIT, large: 'x'.repeat(300_000) } }));
    const large = registry.reference('acme/app', 'large');
    const command = [NODE, MAIN, large, '--revision', COMMIT, '--format', 'json'];
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-c', 'set -o pipefail; "$@" | (sleep 0.5; cat)', 'bash', ...command],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    expect(stdout.length).toBeGreaterThan(300_000);
    expect(JSON.parse(stdout)).toMatchObject({ result: 'pass' });
  });

  test.each([
    ['a pipe that closes does not change the verdict', '"$@" | head -1; exit "${PIPESTATUS[0]}"', 1],
    ['a pipe that closes at once does not either', '"$@" | true; exit "${PIPESTATUS[0]}"', 1],
    ['a disk that is full is an error, for the report is lost', '"$@" > /dev/full', 2],
  ])('%s', async (_, script, exitCode) => {
    const command = [NODE, MAIN, '--image', image, '--revision', OTHER_COMMIT];
    const ended = await promisify(execFile)('bash', ['-c', script, 'bash', ...command]).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect('code' in ended ? ended.code : 0).toBe(exitCode);
    const lost = 'assert-image: error: the output could not be written (ENOSPC).';
    expect(ended.stderr.includes(lost)).toBe(exitCode === 2);
    expect(ended.stderr).not.toContain('unexpected');
  });

  test('no workflow command is printed, and the verdict stands once, last', async () => {
    const labels = ['--labels', `${REVISION}=${OTHER_COMMIT}`, '--labels', 'a!=b'];
    const run = await runCommand([image, '--revision', 'any', ...labels]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout + run.stderr).not.toMatch(/^::/m);
    expect(run.stdout.match(/^assert-image: fail/gm)).toHaveLength(1);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toContain('assert-image: fail');
  });

  test('--format json prints the report and nothing else on standard output', async () => {
    const run = await runCommand(['--image', image, '--revision', COMMIT, '--format', 'json']);
    expect(JSON.parse(run.stdout)).toMatchObject({ schemaVersion: 1, result: 'pass', images: [{ tag: 'main' }] });
    expect(run.exitCode).toBe(0);
  });

  test('--password-stdin reads the password from standard input', async () => {
    const closed = await FakeRegistry.start({ auth: 'basic', username: 'alice', password: 'secret-pw' });
    closed.push('acme/app', 'main', buildImage());
    const reference = closed.reference('acme/app', 'main');
    const args = [reference, '--revision', COMMIT, '--username', 'alice', '--password-stdin'];
    const right = await runCommand(args, { stdin: 'secret-pw\n' });
    const wrong = await runCommand(args, { stdin: 'wrong-pw\n' });
    await closed.stop();
    expect([right.exitCode, wrong.exitCode]).toEqual([0, 2]);
  });

  test.each([
    ['an unknown flag', ['--lables', 'a=b'], '--lables: there is no such flag. Did you mean --labels?'],
    ['what the runner fills in', ['--matrix', '{}'], '--matrix: there is no such flag'],
    ['a flag without a value', ['--labels'], '--labels: the flag has no value.'],
    ['a flag in place of a value', ['--labels', '--quiet'], '--labels: the flag has no value.'],
    ['a flag twice', ['--revision', 'any', '--revision', COMMIT], 'revision: the flag is given more than once.'],
    ['an unknown format', ['--format', 'yaml'], '--format: "yaml" is not a format. Use text, json or reference.'],
    ['nothing near', ['--zzzzzz'], '--zzzzzz: there is no such flag. See assert-image --help.'],
    ['a password as an argument', ['--password', 'x'], '--password: every process of this machine can read arguments.'],
  ])('%s', async (_, args, text) => {
    const run = await runCommand(['--image', image, ...args]);
    expect(run.stderr).toContain(text);
    expect(run.exitCode).toBe(2);
  });

  test('flags and no image: it is required', async () => {
    const run = await runCommand(['--revision', 'any']);
    expect(run.stderr).toContain('image: it is required.');
    expect(run.exitCode).toBe(2);
  });
});
