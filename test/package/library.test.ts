/** The library in a TypeScript project: its types, no output, no exit, nothing of the environment, two at once. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { install, type Installed } from '../support/packed.ts';
import { FakeRegistry } from '../support/registry.ts';
import { NODE, ROOT } from '../support/runner.ts';

let installed: Installed;
let registry: FakeRegistry;
beforeAll(async () => {
  installed = install();
  registry = await FakeRegistry.start({ username: 'alice', password: 'secret-pw', isPublic: true });
  registry.push('app', 'good', buildTwoPlatforms());
  registry.push('app', 'one', buildImage());
});
afterAll(async () => {
  await registry.stop();
  installed.remove();
});

const TSC = path.join(ROOT, 'node_modules/.bin/tsc');
const CONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
    lib: ['es2024', 'dom'],
  },
  include: ['*.ts'],
};

/** What the compiler says of a program of the user's. */
async function compile(source: string): Promise<string> {
  writeFileSync(path.join(installed.folder, 'program.ts'), source);
  writeFileSync(path.join(installed.folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  const { stdout } = await promisify(execFile)(NODE, [TSC, '-p', '.'], { cwd: installed.folder }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.trim();
}

/** Runs a program of the user's, in which `done(value)` hands over what it found. */
async function execute(
  source: string,
  env: Record<string, string> = {},
): Promise<{ value: unknown; stdout: string; stderr: string }> {
  const file = path.join(installed.folder, 'program.mjs');
  const result = path.join(installed.folder, 'result.json');
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
     import { assertImage } from 'assert-image';
     const done = (value) => writeFileSync(${JSON.stringify(result)}, JSON.stringify(value));
     ${source}`,
  );
  const { stdout, stderr } = await promisify(execFile)(NODE, [file], { cwd: installed.folder, env, maxBuffer: 1e8 });
  return { value: JSON.parse(readFileSync(result, 'utf8')), stdout, stderr };
}
const options = (own: object = {}): string =>
  JSON.stringify({ image: registry.reference('app', 'good'), run: { commit: COMMIT }, ...own });

describe('types under nodenext', () => {
  test('a program that uses all of it', async () => {
    const source = `
      import { assertImage, type Options, type Verdict, type Failure, type ImageReport } from 'assert-image';
      const options: Options = {
        image: ['ghcr.io/acme/app:main'], platforms: ['linux/amd64'], maxImages: 3, labels: ['tier=gold'],
        expect: ['image.size < 1000'], require: 'any', waitTimeout: '10m', plainHttp: ['loopback'], timeout: '5s',
        run: { commit: 'c0ffee', repository: 'acme/app' },
      };
      const verdict: Verdict = await assertImage(options);
      if (verdict.result === 'pass') console.log(verdict.reference.toUpperCase());
      const messages: string[] = verdict.failures.map((failure: Failure) => failure.message);
      const first: ImageReport | undefined = verdict.images[0];
      const labels: Readonly<Record<string, string>> | undefined = first?.platforms[0]?.config.labels;
      console.log(messages, labels, verdict.error?.code, verdict.waited?.seconds);`;
    expect(await compile(source)).toBe('');
  });
  test.each([
    ['an option that does not exist', `{ image: 'a', lables: ['a=b'] }`, "'lables' does not exist in type 'Options'"],
    ['no image', '{}', "Property 'image' is missing"],
    ['a list that is a string', `{ image: 'a', labels: 'a=b' }`, "Type 'string' is not assignable"],
    ['a value that may be undefined', `{ image: 'a', digest: undefined }`, "Type 'undefined' is not assignable"],
    ['what is of GitHub', `{ image: 'a', comment: 'always' }`, "'comment' does not exist in type 'Options'"],
  ])('%s is an error', async (_, value, text) => {
    expect(await compile(`import { assertImage } from 'assert-image'; await assertImage(${value});`)).toContain(text);
  });
});

describe('a verdict', () => {
  test('has what the report has, and the reference to deploy', async () => {
    const { value, stdout, stderr } = await execute(`done(await assertImage(${options()}));`);
    expect(value).toMatchObject({
      result: 'pass',
      error: null,
      failures: [],
      images: [{ result: 'pass', tag: 'good', checks: [{ holds: true }, { holds: true }] }],
    });
    const { reference, images } = value as { reference: string; images: { reference: string }[] };
    expect(reference).toMatch(/\/app@sha256:[a-f0-9]{64}$/);
    expect(images[0]?.reference).toBe(reference);
    expect(stdout + stderr).toBe('');
  });
  test('a failure is a value', async () => {
    const { value } = await execute(`done(await assertImage(${options({ revision: OTHER_COMMIT })}));`);
    expect(value).toMatchObject({ result: 'fail', reference: '', failures: [{ platform: 'linux/amd64' }, {}] });
  });
  test.each([
    [
      'no run, and revision auto',
      { run: undefined },
      'revision: auto is the commit of run, and none is given. Give run: { commit }',
    ],
    ['a commit that is none', { run: { commit: 'main' } }, 'revision: run.commit: "main"'],
    ['an unknown option', { lables: ['a'] }, 'lables: there is no such option. Did you mean labels?'],
    ['an option of GitHub', { comment: 'always' }, 'comment: there is no such option.'],
    ['an empty list', { labels: [] }, 'labels: it is given, but empty.'],
    ['an empty item', { labels: ['a=b', ' '] }, 'labels: an item is empty.'],
    ['two lines in one item', { labels: ['a=b\nc=d'] }, 'labels: "a=b\\nc=d" has a line break. Make it two items.'],
    ['a comment', { labels: ['#a=b'] }, 'labels: "#a=b" would be a comment.'],
    ['no image', { image: undefined }, 'image: it is required.'],
    ['an empty image', { image: '' }, 'image: an item is empty.'],
    ['a number that is none', { maxImages: 'x' }, 'maxImages: it is not a number.'],
    ['a list that is none', { labels: { a: 'b' } }, 'labels: it is not a list of strings.'],
    ['a number in a list', { labels: [1] }, 'labels: it is not a list of strings.'],
    ['a text that is none', { revision: 7 }, 'revision: it is not a string.'],
    ['two lines by a lone CR', { labels: ['a=b\rc=d'] }, 'has a line break.'],
    ['a comment behind a blank', { labels: [' #a=b'] }, '" #a=b" would be a comment.'],
    ['the word for no list', { labels: ['none'] }, 'labels: "none" stands for no list. Leave the option out.'],
    ['the same for expressions', { expect: ['none'] }, 'expect: "none" stands for no list.'],
    ['the same for registries', { allowedRegistries: ['any'] }, 'allowedRegistries: "any" stands for no list.'],
    [
      'a misspelt run',
      { run: { commit: COMMIT, repositry: 'a/b' } },
      'run.repositry: there is no such option. Did you mean repository?',
    ],
    [
      'a repository that is none',
      { run: { commit: COMMIT, repository: {} } },
      'run.repository: it is not a name. Write owner/name.',
    ],
    ['a commit that is no text', { run: { commit: [COMMIT] } }, 'run.commit: it is not a string.'],
    ['a run that is none', { run: 7 }, 'run: it is not an object.'],
    ['several of them', { timeout: 'x', require: 'x' }, 'timeout: '],
  ])('%s: an error, and nothing is thrown', async (_, own, text) => {
    const { value, stdout, stderr } = await execute(`done(await assertImage(${options(own)}));`);
    expect(value).toMatchObject({ result: 'error', reference: '', images: [], error: { code: 'input' } });
    expect((value as { error: { message: string } }).error.message).toContain(text);
    expect(stdout + stderr).toBe('');
  });
});

describe('any value that is passed', () => {
  const textOf = async (value: string): Promise<string> => {
    const { value: verdict } = await execute(`done(await assertImage(${value}));`);
    expect(verdict).toMatchObject({ result: 'error', error: { code: 'input' } });
    return (verdict as { error: { message: string } }).error.message;
  };
  test.each(['undefined', 'null', '7', '[]', '() => {}'])('%s is no object, and nothing is thrown', async (value) => {
    expect(await textOf(value)).toContain('options: this is not an object. Give a plain object.');
  });
  test('a getter that throws', async () => {
    const text = await textOf(`{ ...${options()}, get labels() { throw new Error('no'); } }`);
    expect(text).toContain('options: a property cannot be read.');
  });
  test.each([
    ['an instance', `Object.assign(new (class { get lables() { return ['a=b']; } })(), OPTIONS)`],
    [
      'what is inherited from nothing',
      `Object.assign(Object.create(Object.assign(Object.create(null), { lables: ['a=b'] })), OPTIONS)`,
    ],
    ['what is inherited', `Object.assign(Object.create({ lables: ['a=b'] }), OPTIONS)`],
  ])('%s is refused: a misspelt property could hide there', async (_, value) => {
    expect(await textOf(value.replace('OPTIONS', options()))).toContain('options: this is an instance of a class.');
  });
  test.each([
    ['a symbol', `{ ...OPTIONS, [Symbol('x')]: 1 }`, 'Symbol(x): there is no such option.'],
    [
      'a hidden property',
      `Object.defineProperty(OPTIONS, 'lables', { value: [] })`,
      'lables: there is no such option.',
    ],
    [
      'a value that is undefined',
      `{ ...OPTIONS, digest: undefined }`,
      'digest: it is given, but undefined. Did a variable hold nothing?',
    ],
    [
      'a run that is an instance',
      `{ ...OPTIONS, run: new (class { get commit() { return ''; } })() }`,
      'run: it is not an object.',
    ],
    ['a hole', `{ ...OPTIONS, labels: ['a=b', , 'c=d'] }`, 'labels: it is not a list of strings.'],
    [
      'a list with methods of its own',
      `{ ...OPTIONS, labels: Object.assign(['a'], { join: () => 'b', 0: '' }) }`,
      'labels: an item is empty.',
    ],
  ])('%s', async (_, value, text) => {
    expect(await textOf(value.replace('OPTIONS', options()))).toContain(text);
  });
  test('what is changed after the call is of another call', async () => {
    const { value } = await execute(`
      const options = ${options({ labels: ['tier=gold'] })};
      const first = assertImage(options);
      options.revision = '${OTHER_COMMIT}';
      options.labels[0] = '!tier';
      const second = assertImage(options);
      options.labels.length = 0;
      delete options.revision;
      done([await first, await second].map(({ failures }) => failures.map(({ expectation }) => expectation)));`);
    const [first, second] = value as string[][];
    expect([...new Set(first)]).toEqual(['label tier = gold']);
    expect([...new Set(second)]).toEqual([`revision = ${OTHER_COMMIT}`]);
  });
});

describe('in somebody’s program', () => {
  test('the secrets of one call are those of no other, and its verdict holds none', async () => {
    registry.push('app', 'odd', buildImage({ labels: { [REVISION]: COMMIT, odd: 'wrong-pw-1 and right-pw-2' } }));
    const closed = options({ image: registry.reference('app', 'odd') });
    const { value } = await execute(`
      const of = (password) => assertImage({ ...${closed}, username: 'alice', password });
      done(await Promise.all([assertImage(${closed}), of('wrong-pw-1')]));`);
    const [open] = value as [{ images: { platforms: { config: { labels: { odd: string } } }[] }[] }];
    expect(open.images[0]?.platforms[0]?.config.labels.odd).toBe('wrong-pw-1 and right-pw-2');
    const own = await FakeRegistry.start({ username: 'alice', password: 'right-pw-2', sameHostAuth: true });
    own.push('app', 'odd', buildImage({ labels: { [REVISION]: COMMIT, odd: 'wrong-pw-1 and right-pw-2' } }));
    const given = { image: own.reference('app', 'odd'), username: 'alice', password: 'right-pw-2' };
    const read = await execute(`done(await assertImage(${options(given)}));`);
    await own.stop();
    expect(read.value).toMatchObject({ result: 'pass' });
    expect(JSON.stringify(read.value)).toContain('wrong-pw-1 and ***');
  });
  test('run.repository is told to expressions', async () => {
    const own = { run: { commit: COMMIT, repository: 'acme/app' }, expect: ['run.repository == "acme/app"'] };
    expect((await execute(`done(await assertImage(${options(own)}));`)).value).toMatchObject({ result: 'pass' });
  });
  test('it ends with the verdict, tells V8 nothing, and minds no folder that is gone', async () => {
    const { value } = await execute(`
      const { default: v8 } = await import('node:v8');
      const { syncBuiltinESMExports } = await import('node:module');
      const { mkdtempSync, rmdirSync } = await import('node:fs');
      let flags = 0;
      v8.setFlagsFromString = () => (flags += 1);
      syncBuiltinESMExports();
      const gone = mkdtempSync('/tmp/assert-image-gone-');
      process.chdir(gone);
      rmdirSync(gone);
      const { result } = await assertImage(${options({ image: `${registry.host()}/app:*`, revision: 'any' })});
      const began = performance.now();
      process.on('exit', () => done({ result, flags, isPrompt: performance.now() - began < 1_000 }));`);
    expect(value).toEqual({ result: 'pass', flags: 0, isPrompt: true });
  });
  test('the type is what the schema of the report says', async () => {
    const source = `import type { Verdict } from 'assert-image';
      type Config = Verdict['images'][number]['platforms'][number]['config'];
      const config: Config = { os: '', architecture: '', variant: '', labels: {}, envNames: [], user: '', entrypoint: null,
        cmd: null, workingDir: '', exposedPorts: null, volumes: null, stopSignal: null };
      console.log(config);`;
    expect(await compile(source)).toBe('');
    const { value } = await execute(`done(await assertImage(${options()}));`);
    const { config } = (value as { images: { platforms: { config: object }[] }[] }).images[0]?.platforms[0] ?? {};
    expect(config).toMatchObject({ exposedPorts: null, volumes: null, variant: '' });
  });
  test('two at once do not know of each other', async () => {
    const { value } = await execute(`
      const [a, b, c] = await Promise.all([
        assertImage(${options()}),
        assertImage(${options({ revision: OTHER_COMMIT })}),
        assertImage(${options({ image: 'not an image' })}),
      ]);
      done([a.result, b.result, c.result]);`);
    expect(value).toEqual(['pass', 'fail', 'error']);
  });
  test('it reads no variable, sets no exit code and leaves nothing running', async () => {
    const { value } = await execute(
      `const asked = [];
       const env = process.env;
       process.env = new Proxy(env, { get: (target, name) => { asked.push(name); return target[name]; } });
       const before = process.listenerCount('uncaughtException') + process.listenerCount('warning') + process.listenerCount('exit');
       const { result } = await assertImage(${options()});
       const after = process.listenerCount('uncaughtException') + process.listenerCount('warning') + process.listenerCount('exit');
       // Node's own loader and undici ask for these.
       const ours = asked.filter((name) => !/^(WATCH_REPORT_DEPENDENCIES|FORCE_COLOR|UNDICI_\\w+|JEST_WORKER_ID)$/.test(String(name)));
       process.on('exit', (code) => done({ result, asked: ours, code, listeners: after - before }));`,
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_SHA: OTHER_COMMIT,
        INPUT_IMAGE: 'x',
        HTTPS_PROXY: 'http://127.0.0.1:1',
        HTTP_PROXY: 'http://127.0.0.1:1',
      },
    );
    expect(value).toEqual({ result: 'pass', asked: [], code: 0, listeners: 0 });
  });
  test('credentials are options, and no configuration of docker is read', async () => {
    registry.requests.length = 0;
    const auths = { auths: { [registry.host()]: { auth: Buffer.from('bob:from-docker').toString('base64') } } };
    mkdirSync(path.join(installed.folder, '.docker'), { recursive: true });
    writeFileSync(path.join(installed.folder, '.docker/config.json'), JSON.stringify(auths));
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify(auths), HOME: installed.folder };
    const none = await execute(`done(await assertImage(${options()}));`, env);
    expect(none.value).toMatchObject({ result: 'pass' });
    expect(registry.requests.filter(({ headers }) => headers.authorization?.startsWith('Basic'))).toEqual([]);
    const wrong = await execute(`done(await assertImage(${options({ username: 'alice', password: 'wrong-pw' })}));`);
    expect(wrong.value).toMatchObject({ result: 'error' });
    expect(JSON.stringify(wrong.value)).not.toContain('wrong-pw');
  });
});

test('another bundler makes one file of it', async () => {
  writeFileSync(
    path.join(installed.folder, 'entry.mjs'),
    `import { assertImage } from 'assert-image'; console.log((await assertImage(${options()})).result);`,
  );
  const outfile = path.join(installed.folder, 'one.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({
    entryPoints: [path.join(installed.folder, 'entry.mjs')],
    absWorkingDir: installed.folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    banner,
    outfile,
  });
  const { stdout } = await promisify(execFile)(NODE, [outfile], { cwd: '/' });
  expect(stdout).toBe('pass\n');
});
