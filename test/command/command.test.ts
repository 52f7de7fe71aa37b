/** The command in a terminal and in any CI: arguments, formats, files, secrets. What it says of a run is in test/ci. */
import { execFile, execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatDotenv } from '../../src/report/dotenv.ts';
import { PUBLIC_NAMES } from '../../src/inputs/names.ts';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { MAIN, NODE, readActionYml, ROOT, runCommand } from '../support/runner.ts';
import { inTerminal } from '../support/terminal.ts';

let registry: FakeRegistry;
let folder: string;
beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  folder = mkdtempSync(path.join(tmpdir(), 'assert-image-command-'));
  registry.push('app', 'good', buildImage());
  registry.push('app', 'other', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
});
afterEach(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

const good = (): string => registry.reference('app', 'good');
const other = (): string => registry.reference('app', 'other');
const missing = (): string => registry.reference('app', 'missing');
const at = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const EXPECTED = ['--revision', COMMIT];
const PINNED = /^127\.0\.0\.1:[0-9]+\/app@sha256:[a-f0-9]{64}$/;

describe('help', () => {
  test.each([['--help'], ['-h']])('%s', async (...args) => {
    const run = await runCommand(args);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain('Exit codes');
  });
  test('names every flag once, fits 100 columns, and has three examples', async () => {
    const { stdout } = await runCommand(['--help']);
    const flags = [...stdout.matchAll(/^ {2}(?:-h, )?--([a-z-]+)/gm)].map(([, name]) => name);
    const inputs = PUBLIC_NAMES.map((name) => (name === 'password' ? 'password-stdin' : name));
    expect(flags).toEqual([...inputs, 'format', 'quiet', 'dotenv', 'junit', 'markdown', 'report', 'help', 'version']);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual(
      stdout.split('\n').filter((line) => line.startsWith('    assert-image') && line.length > 100),
    );
    expect(stdout.match(/^ {4}\S*assert-image /gm)).toHaveLength(3);
  });
  test('its groups are those of action.yml', async () => {
    const { stdout } = await runCommand(['--help']);
    const groups = [...readFileSync(path.join(ROOT, 'action.yml'), 'utf8').matchAll(/^ {2}# (.*)\n {2}([a-z-]+):/gm)];
    expect(groups).toHaveLength(4);
    for (const [, title, first] of groups) expect(stdout).toMatch(new RegExp(`^${title}\n  --${first} `, 'm'));
    expect(Object.keys(readActionYml().inputs)[0]).toBe(groups[0]?.[2]);
  });
  test('the version', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await runCommand(['--version'])).toMatchObject({ stdout: `assert-image ${version}\n`, exitCode: 0 });
  });
  test.each([
    ['among others', () => [good(), ...EXPECTED, '--help']],
    ['in place of a value', () => [good(), '--revision', '--help']],
    ['in place of an image', () => ['--version', '--format', 'reference']],
  ])('%s: nothing is checked, which is an error', async (_, args) => {
    writeFileSync(at('dotenv'), 'ASSERT_IMAGE_RESULT=pass\n');
    const run = await runCommand([...args(), '--dotenv', at('dotenv')]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('nothing is checked beside it. Write it alone: assert-image --');
    expect(run.stdout).not.toContain('Exit codes');
    expect(read('dotenv')).toContain('ASSERT_IMAGE_RESULT=error');
  });
  test('no arguments: the beginning of it, as an error', async () => {
    const run = await runCommand([]);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('assert-image IMAGE... [flags]');
    expect(run.stderr).toContain('assert-image --help');
  });
});

describe('arguments', () => {
  test('are images, beside --image and behind --', async () => {
    const run = await runCommand([good(), '--image', good(), ...EXPECTED, '--', other()]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('assert-image: fail: 3 images');
  });
  test.each([
    ['an empty one among others', () => [good(), ''], 'image, line 2: it is empty. Did a variable expand to nothing?'],
    ['an empty one', () => [''], 'image: it is given, but empty.'],
    ['an empty label among others', () => [good(), '--labels', 'a=b', '--labels', ''], 'labels, line 2: it is empty.'],
    ['a comment among others', () => [good(), '#x'], 'image, line 2: it is a comment. Leave it out.'],
    ['a flag behind --', () => [good(), '--', '--revision'], 'image, line 2:'],
    ['a switch with a value', () => [good(), '--quiet=yes'], '--quiet: the flag takes no value.'],
    ['a flag at the end without its value', () => [good(), '--revision'], '--revision: the flag has no value.'],
  ])('%s', async (_, args, text) => {
    const run = await runCommand([...args(), '--digest', 'any']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(text);
    expect(registry.requests).toEqual([]);
  });
  test('a value that begins with dashes is written behind an equals sign', async () => {
    const run = await runCommand([good(), ...EXPECTED, '--labels=--odd=1']);
    expect(run.stdout).toContain('label --odd must be 1; it is absent');
    expect(run.exitCode).toBe(1);
  });
});

describe('--format reference', () => {
  const print = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand([...args, ...EXPECTED, '--format', 'reference']);
  test('the pinned reference and nothing else; the report is on standard error', async () => {
    const run = await print(good());
    expect(run.stdout.trimEnd()).toMatch(PINNED);
    expect(run.stderr).toContain('assert-image: pass');
    expect(run.exitCode).toBe(0);
  });
  test('of several, one per line, in order', async () => {
    registry.push('app', 'too', buildImage({ created: '2026-01-01T00:00:00Z' }));
    const both = (await print(good(), registry.reference('app', 'too'))).stdout.trimEnd().split('\n');
    const turned = (await print(registry.reference('app', 'too'), good())).stdout.trimEnd().split('\n');
    expect(both).toHaveLength(2);
    expect(turned).toEqual(both.toReversed());
    for (const line of both) expect(line).toMatch(PINNED);
  });
  test.each([
    ['a failure', () => [other()], 1],
    ['one that fails among others', () => [good(), other()], 1],
    ['a missing image', () => [missing()], 1],
    ['wrong input', () => [good(), '--timeout', '1'], 2],
    ['a failure that is not to fail', () => [other(), '--fail-on-mismatch', 'false'], 0],
  ])('%s: nothing at all', async (_, args, exitCode) => {
    const run = await print(...args());
    expect(run).toMatchObject({ stdout: '', exitCode });
    expect(run.stderr).not.toBe('');
  });
  test('require: any prints the one that was chosen', async () => {
    const run = await print(`${registry.host()}/app:*`, '--require', 'any');
    const { stdout } = await print(good());
    expect(run.stdout).toBe(stdout);
  });
});

describe('files', () => {
  const FLAGS = ['dotenv', 'junit', 'markdown', 'report'] as const;
  const flags = (): string[] => FLAGS.flatMap((flag) => [`--${flag}`, at(flag)]);
  test('all four of a pass', async () => {
    const run = await runCommand([good(), ...EXPECTED, ...flags()]);
    expect(run.exitCode).toBe(0);
    const { digest } = buildImage().manifest;
    const reference = `${registry.host()}/app@${digest}`;
    expect(read('dotenv')).toBe(
      `ASSERT_IMAGE_RESULT=pass\nASSERT_IMAGE_REFERENCE=${reference}\nASSERT_IMAGE_DIGEST=${digest}\n`,
    );
    expect(read('markdown')).toContain('## ✅ ');
    expect(JSON.parse(read('report'))).toMatchObject({ result: 'pass', images: [{ reference }] });
    expect(read('junit')).toContain(`<testsuite name="${good()}" tests="1" failures="0" errors="0"`);
  });
  test('of a failure, the reference is empty', async () => {
    await runCommand([other(), ...EXPECTED, ...flags()]);
    expect(read('dotenv')).toMatch(/^ASSERT_IMAGE_RESULT=fail\nASSERT_IMAGE_REFERENCE=\nASSERT_IMAGE_DIGEST=sha256:/);
    expect(read('junit')).toContain('failures="1"');
  });
  test.each([
    ['wrong input', ['--timeout', '1']],
    ['an unknown flag', ['--zzzzzzzz']],
    ['an image that is not there', []],
  ])('%s: what stood there is gone', async (_, args) => {
    for (const flag of FLAGS) writeFileSync(at(flag), 'ASSERT_IMAGE_RESULT=pass\n');
    const run = await runCommand([missing(), ...EXPECTED, ...flags(), ...args]);
    expect(run.exitCode).toBeGreaterThan(0);
    expect(read('dotenv')).toMatch(
      /^ASSERT_IMAGE_RESULT=(error|missing)\nASSERT_IMAGE_REFERENCE=\nASSERT_IMAGE_DIGEST=\n$/,
    );
    for (const flag of FLAGS) expect(read(flag)).not.toContain('=pass');
  });
  test('a run that is killed leaves them empty', async () => {
    writeFileSync(at('dotenv'), 'ASSERT_IMAGE_RESULT=pass\n');
    registry.override(() => new Promise<boolean>(() => {}));
    const child = execFile(NODE, [MAIN, good(), ...EXPECTED, '--dotenv', at('dotenv')]);
    while (registry.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    expect(read('dotenv')).toBe('');
  });
  test.each([
    ['no folder', () => at('none/file'), 'cannot be written (ENOENT). Make its folder first.'],
    ['a folder', () => folder, 'cannot be written (EISDIR).'],
    ['an empty name', () => '', '--junit: it is empty. Did a variable expand to nothing?'],
    ['the file of another', () => at('dotenv'), 'is also the file of --dotenv.'],
  ])('%s: an error before anything is asked', async (_, file, text) => {
    const run = await runCommand([good(), ...EXPECTED, '--dotenv', at('dotenv'), '--junit', file()]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(text);
    expect(registry.requests).toEqual([]);
    expect(read('dotenv')).not.toContain('=pass');
  });
  test('a full disk is an error, later jobs get nothing, and no reference is printed', async () => {
    const files = FLAGS.map((flag) => `--${flag}=${at(flag)}`).join(' ');
    // A limit on the size of files stands for it: half a kilobyte.
    const script = `ulimit -f 1; ${NODE} ${MAIN} ${good()} ${EXPECTED.join(' ')} ${files} --format reference`;
    const run = await promisify(execFile)('bash', ['-c', script]).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect('code' in run ? run.code : 0).toBe(2);
    expect(run.stderr).toContain('cannot be written (EFBIG).');
    expect(run.stdout).toBe('');
    expect(run.stderr).not.toContain('assert-image: pass');
    for (const flag of FLAGS) expect(read(flag)).toBe('');
  });
  test.each([
    ['standard output', (args: string) => `${args} > /dev/full`],
    ['the reference', (args: string) => `${args} --format reference > /dev/full`],
    ['the report beside the reference', (args: string) => `${args} --format reference 2> /dev/full`],
  ])('%s is lost: an error, and no file says otherwise', async (_, scriptOf) => {
    const files = FLAGS.map((flag) => `--${flag}=${at(flag)}`).join(' ');
    const script = scriptOf(`${NODE} ${MAIN} ${good()} ${EXPECTED.join(' ')} ${files}`);
    const run = await promisify(execFile)('bash', ['-c', script]).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect('code' in run ? run.code : 0).toBe(2);
    expect(run.stdout).toBe('');
    for (const flag of FLAGS) expect(read(flag)).toBe('');
  });
  test.each([
    ['a pipe', () => (execFileSync('mkfifo', [at('fifo')]), at('fifo'))],
    ['standard output', () => '/dev/stdout'],
    ['a device', () => '/dev/null'],
  ])('%s is no file: an error at once', async (_, file) => {
    const run = await runCommand([good(), ...EXPECTED, '--dotenv', file()]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/cannot be written \((it is not a regular file|ENXIO)\)\./);
    expect(registry.requests).toEqual([]);
  });
  test('standard output is none where it is a file, too: the report in it is not lost', async () => {
    const script = `${NODE} ${MAIN} ${good()} ${EXPECTED.join(' ')} --dotenv /dev/stdout > ${at('out')}`;
    const run = await promisify(execFile)('bash', ['-c', script]).catch((error: { code: number }) => error);
    expect('code' in run ? run.code : 0).toBe(2);
    expect(read('out')).toBe('assert-image: error: 1 input is wrong.\n');
  });
  test.each(['--report', '--dotenv'])(
    '%s into the file of standard output: an error, and nothing is mixed',
    async (flag) => {
      const script = `${NODE} ${MAIN} ${good()} ${EXPECTED.join(' ')} ${flag} ${at('out')} > ${at('out')}`;
      const run = await promisify(execFile)('bash', ['-c', script]).catch(
        (error: { code: number; stderr: string }) => error,
      );
      expect('code' in run ? run.code : 0).toBe(2);
      expect(run.stderr).toContain('is also standard output. Name another.');
      expect(read('out')).toBe('assert-image: error: 1 input is wrong.\n');
    },
  );
  test('a pipe that somebody reads is none either', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const reader = execFile('cat', [at('fifo')]);
    const run = await runCommand([good(), ...EXPECTED, '--dotenv', at('fifo')]);
    reader.kill();
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('cannot be written (it is not a regular file).');
    expect(registry.requests).toEqual([]);
  });
  test('a file that this run reads is not emptied', async () => {
    writeFileSync(at('policy.yaml'), 'labels: ["a=b"]\n');
    const run = await runCommand([good(), ...EXPECTED, '--policy', at('policy.yaml'), '--junit', at('policy.yaml')]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('is also a file that is read.');
    expect(read('policy.yaml')).toContain('a=b');
  });
  test('one that is named twice: both are emptied', async () => {
    for (const name of ['one', 'two']) writeFileSync(at(name), 'ASSERT_IMAGE_RESULT=pass\n');
    const run = await runCommand([good(), ...EXPECTED, '--dotenv', at('one'), '--dotenv', at('two')]);
    expect(run.stderr).toContain('--dotenv: the flag is given more than once.');
    for (const name of ['one', 'two']) expect(read(name)).not.toContain('=pass');
  });
  test('two names of one file', async () => {
    writeFileSync(at('one'), '');
    symlinkSync(at('one'), at('two'));
    const run = await runCommand([good(), ...EXPECTED, '--dotenv', at('one'), '--junit', at('two')]);
    expect(run.stderr).toMatch(/is also the file of --(dotenv|junit)\. Name another\./);
  });
  test('its mode, its place and its links stay', async () => {
    writeFileSync(at('private'), '', { mode: 0o600 });
    linkSync(at('private'), at('same'));
    await runCommand([good(), ...EXPECTED, '--dotenv', at('private')]);
    expect(read('same')).toContain('ASSERT_IMAGE_RESULT=pass');
    expect(statSync(at('private')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['private', 'same']);
  });
  test('a registry at an address of version 6 can be handed on', () => {
    const reference = '[::1]:5055/app@sha256:0';
    expect(formatDotenv({ result: 'pass', reference, digest: 'sha256:0' })).toContain(`REFERENCE=${reference}\n`);
    expect(() => formatDotenv({ result: 'pass', reference: 'oci-layout:$HOME@sha256:0', digest: '' })).toThrow(
      'a shell',
    );
  });
  test('a link is followed, and stays one', async () => {
    writeFileSync(at('real'), '');
    symlinkSync(at('real'), at('link'));
    await runCommand([good(), ...EXPECTED, '--dotenv', at('link')]);
    expect(read('real')).toContain('ASSERT_IMAGE_RESULT=pass');
  });
});

describe('--quiet', () => {
  test('a pass is its verdict', async () => {
    const run = await runCommand([good(), ...EXPECTED, '--labels', `${REVISION}!=x`, '--quiet']);
    expect(run.stdout).toMatch(/^assert-image: pass: \S+, 2 checks passed\.\n$/);
    expect(run.stderr).toBe('');
  });
  test('a failure is told, and what passed is not', async () => {
    const run = await runCommand([good(), other(), ...EXPECTED, '--quiet']);
    expect(run.stdout).toContain('  ✗ ');
    expect(run.stdout).not.toContain(`✓`);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('assert-image: fail: 2 images, 1 of 2 checks failed.');
  });
  test('wrong input is told', async () => {
    const run = await runCommand([good(), '--timeout', '1', '--quiet']);
    expect(run.stderr).toContain('error: timeout:');
  });
});

describe('secrets', () => {
  let closed: FakeRegistry;
  beforeEach(async () => {
    closed = await FakeRegistry.start({ auth: 'basic', username: 'alice', password: 'secret-pw' });
    closed.push('app', 'good', buildImage());
  });
  afterEach(() => closed.stop());
  const run = (env: Record<string, string>, ...args: string[]): ReturnType<typeof runCommand> =>
    runCommand([closed.reference('app', 'good'), ...EXPECTED, ...args], { env, stdin: 'secret-pw\n' });

  test('from the environment', async () => {
    expect((await run({ ASSERT_IMAGE_USERNAME: 'alice', ASSERT_IMAGE_PASSWORD: 'secret-pw' })).exitCode).toBe(0);
  });
  test('what is given to this call comes first', async () => {
    const env = { ASSERT_IMAGE_USERNAME: 'bob', ASSERT_IMAGE_PASSWORD: 'old' };
    expect((await run(env, '--username', 'alice', '--password-stdin')).exitCode).toBe(0);
  });
  test('one of the two', async () => {
    const result = await run({ ASSERT_IMAGE_PASSWORD: 'secret-pw' });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('username: it is empty, but password is given.');
  });
  test('none: what to do', async () => {
    const result = await run({});
    expect(result.stdout).toContain(
      `${closed.host()} wants a user name and password. Set ASSERT_IMAGE_USERNAME and ASSERT_IMAGE_PASSWORD, or run docker login.`,
    );
    expect(result.exitCode).toBe(2);
  });
  test('no other variable with the prefix is read', async () => {
    const env = { ASSERT_IMAGE_REVISION: 'any', ASSERT_IMAGE_IMAGE: good() };
    const result = await runCommand([good()], { env });
    expect(result.stderr).toContain('revision: no CI is recognised here.');
  });
});

describe('on a terminal', () => {
  test('--password-stdin does not wait for a keyboard', async () => {
    const shown = await inTerminal([good(), ...EXPECTED, '--username', 'u', '--password-stdin']);
    expect(shown).toContain('--password-stdin: standard input is a terminal. Pipe the password in');
  });
  test('--quiet shows no progress', async () => {
    const shown = await inTerminal([missing(), ...EXPECTED, '--wait-timeout', '2s', '--quiet']);
    expect(shown).not.toContain('waiting, look');
  });
  const tty = inTerminal;
  const RED = '\u001b[31m';
  const GREEN = '\u001b[32m';
  test('the result has a colour', async () => {
    expect(await tty([good(), ...EXPECTED])).toContain(`assert-image: ${GREEN}pass`);
    expect(await tty([other(), ...EXPECTED])).toContain(`${RED}✗`);
  });
  test('but for NO_COLOR', async () => {
    expect(await tty([good(), ...EXPECTED], { NO_COLOR: '1' })).not.toContain('\u001b[3');
  });
  test('in a file it has none, but for FORCE_COLOR', async () => {
    expect((await runCommand([good(), ...EXPECTED])).stdout).not.toContain('\u001b');
    const forced = await runCommand([good(), ...EXPECTED], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain(`assert-image: ${GREEN}pass`);
  });
  test('waiting shows how far it has come, in a line that goes away', async () => {
    const args = [missing(), ...EXPECTED, '--wait-timeout', '3s'];
    const shown = await tty(args);
    expect(shown).toContain('\r\u001b[2Kwaiting, look 1 after');
    expect(shown).toMatch(/\r\u001b\[2K[^\r]*missing/);
    const { stdout, stderr } = await runCommand(args);
    expect(stdout + stderr).not.toContain('waiting, look');
  });
  test('patterns, too', async () => {
    for (let n = 0; n < 40; n += 1)
      registry.push('many', `v${n}`, buildImage({ created: `2026-01-01T00:00:${10 + n}Z` }));
    registry.override(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return false;
    });
    const args = [`${registry.host()}/many:*`, ...EXPECTED];
    expect(await tty(args)).toMatch(/\r\u001b\[2K[0-9]+ of 40 images read/);
    const { stdout, stderr } = await runCommand(args);
    expect(stdout + stderr).not.toContain('images read');
  });
});
