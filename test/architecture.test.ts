/** The house: imports go down only, the core knows no CI, and few rooms touch the world (docs/architecture.md). */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { ROOT } from './support/runner.ts';

/** From the ground up; a name is a folder, or the beginning of a path. Below a folder's own line stands what comes before the rest of it. */
const FLOORS = [
  'base',
  'json',
  'reference',
  'inputs',
  'net',
  'image',
  'credentials',
  'registry/advice.ts',
  'registry/hosts.ts',
  'registry/registry-errors.ts',
  'registry/answer-errors.ts',
  'registry/auth',
  'registry',
  'layout',
  'provenance',
  'expectations/check.ts',
  'expectations/field',
  'expectations/revision',
  'expectations/provenance',
  'expectations/cel',
  'expectations/policy',
  'expectations',
  'settings',
  'gate/verdict.ts',
  'gate',
  'report/markdown',
  'report',
  'library',
  'ci/ci.ts',
  'ci/known-ci.ts',
  'ci/variables.ts',
  'ci/reading.ts',
  'ci/lacks.ts',
  'ci/github',
  'ci/command',
  'ci',
  'run.ts',
  'index.ts',
  'doors.ts',
  'main.ts',
];
/** In one folder, but not one above the other. */
const BESIDE: Readonly<Record<string, string>> = { 'report/markdown': 'report' };

/** Reads or writes something, or asks what time it is. */
const WORLD_MODULES =
  /^(node:(fs|fs\/promises|http|https|net|tls|dns|child_process|os|timers\/promises|vm|v8|zlib)|undici|@actions\/)/;
const WORLD_NAMES = /\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bset(Timeout|Interval)\(/;
/** Who may, and what for. */
const WORLD: readonly (readonly [file: RegExp, why: string])[] = [
  [/^(main|run)\.ts$/, 'the doors'],
  [/^base\/(deadline|large-turns|read-file)\.ts$/, 'time, and files of a bounded size'],
  [/^net\//, 'the wire'],
  [/^credentials\/(docker-config|credential-helper)\.ts$/, 'configurations and helpers'],
  [/^layout\/(files|archive)\.ts$/, 'layouts on disk'],
  [/^gate\/(wait|look|lanes|clients|gate|signed\/(examine|open))\.ts$/, 'when a look is made, and for how long'],
  [/^report\/file\.ts$/, 'reports'],
  [/^ci\//, 'the CI that runs us'],
  [/^library\/run\.ts$/, 'the working directory'],
  [/^registry\/auth\/(authorizer|token-exchange)\.ts$/, 'tokens expire'],
  [/^registry\/(answer-errors|content|referrers)\.ts$/, 'Retry-After may be a date; gzip'],
  [/^expectations\/cel\/(cel|check-cel)\.ts$/, 'an expression has a second'],
];

/** Names of CIs, and of what theirs have. */
const CI =
  /github|gitlab|jenkins|circleci|buildkite|azure.?devops|forgejo|\bGITHUB_|\bRUNNER_|\bINPUT_(?!NAMES)|actions\/|\bworkflow/gi;
/** Outside of ci/, only these: names of the contract, and hosts of registries. */
const MAY_NAME: readonly (readonly [file: string, what: RegExp, why: string])[] = [
  ['inputs/names.ts', /^github$/, 'the input github-token, and its default'],
  ['inputs/inputs.ts', /^github$/, 'the input github-token is a secret'],
  ['settings/settings.ts', /^github$/, 'the same'],
  ['gate/clients.ts', /^github$/, 'the same, and the address in the user agent'],
  ['expectations/cel/environment.ts', /^github$/, 'the variable of the contract'],
  ['expectations/cel/facts.ts', /^github$/, 'the same'],
  ['expectations/cel/cel.ts', /^github$/i, 'the same'],
  ['expectations/cel/check-cel.ts', /^github$/i, 'the same'],
  ['inputs/flags.ts', /^github$/, 'the input github-token'],
  ['inputs/flag-names.ts', /^github$/, 'the same, which is not repeated'],
  ['library/inputs.ts', /^github$/, 'the input github-token'],
  ['library/run.ts', /^workflow$/, 'the input signer-workflow'],
  ['expectations/revision/ancestry.ts', /^github$/i, 'contains-commit asks GitHub, by the contract'],
  ['provenance/identity.ts', /^(github|actions\/|workflow)$/i, "what a certificate of GitHub's holds"],
  ['provenance/verify.ts', /^workflow$/, 'the input signer-workflow, and what it names'],
  ['expectations/provenance/conditions.ts', /^(workflow|github)$/, 'the same'],
  ['expectations/provenance/notices.ts', /^(workflow|github)$/, 'the same'],
  ['expectations/provenance/signer.ts', /^(github|workflow)$/, 'the same'],
  ['expectations/cel/check-cel.ts', /^workflow$/, 'the same'],
  ['settings/signatures.ts', /^workflow$/, 'the same'],
  ['settings/provenance.ts', /^workflow$/, 'the same'],
  ['settings/parsers.ts', /^workflow$/, 'the same'],
  ['gate/base-image.ts', /^workflow$/, 'the same'],
  ['gate/signed/findings.ts', /^workflow$/, 'the same'],
  ['gate/signed/children.ts', /^workflow$/, 'the same'],
  ['gate/signed/open.ts', /^github$/, 'a builder that signs something else'],
  ['inputs/names.ts', /^workflow$/, 'the input signer-workflow'],
  ['report/provenance.ts', /^workflow$/, 'the input signer-workflow'],
  ['provenance/buildkit.ts', /^github$/, 'the build type that BuildKit writes is an address there'],
  ['registry/auth/known-services.ts', /^git(hub|lab)$/, 'hosts of registries'],
  ['registry/hosts.ts', /^gitlab$/, 'a host of a registry'],
  ['registry/advice.ts', /^(git(lab|hub)|actions\/)$/i, 'registries of that name'],
  ['credentials/credential-helper.ts', /^(github|GITHUB_|INPUT_)$/i, 'what a helper must not see'],
];

const src = path.join(ROOT, 'src');
const files = globSync('**/*.ts', { cwd: src }).toSorted();
const read = (file: string): string => readFileSync(path.join(src, file), 'utf8');
/** Without comments and types. */
const codeOf = (file: string): string => transformSync(read(file), { loader: 'ts', legalComments: 'none' }).code;

function importsOf(file: string): string[] {
  return [...read(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gms)].map(
    ([, from, lazy]) => (from ?? lazy) as string,
  );
}

const targetsOf = (file: string): string[] =>
  importsOf(file)
    .filter((from) => from.startsWith('.'))
    .map((from) => path.normalize(path.join(path.dirname(file), from)));

function floorOf(file: string): number {
  const floor = FLOORS.find((name) => file === name || file.startsWith(`${name}/`));
  return floor === undefined ? -1 : FLOORS.indexOf(BESIDE[floor] ?? floor);
}

describe('imports go down only', () => {
  test('every file is on a floor', () => {
    expect(files.filter((file) => floorOf(file) === -1)).toEqual([]);
  });

  test('the root has the doors and the story, and nothing else', () => {
    expect(files.filter((file) => !file.includes('/'))).toEqual(['doors.ts', 'index.ts', 'main.ts', 'run.ts']);
  });

  test.each(files)('%s', (file) => {
    expect(targetsOf(file).filter((target) => floorOf(target) > floorOf(file))).toEqual([]);
  });

  test('no cycle of files', () => {
    const graph = new Map(files.map((file) => [file, targetsOf(file)]));
    const done = new Set<string>();
    const findCycle = (file: string, trail: readonly string[]): string[] | null => {
      if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
      if (done.has(file)) return null;
      for (const next of graph.get(file) ?? []) {
        const cycle = findCycle(next, [...trail, file]);
        if (cycle) return cycle;
      }
      done.add(file);
      return null;
    };
    expect(files.map((file) => findCycle(file, [])).filter((cycle) => cycle !== null)).toEqual([]);
  });
});

describe('only the rooms that touch the world', () => {
  const isAllowed = (file: string): boolean => WORLD.some(([allowed]) => allowed.test(file));

  test('import its modules, or ask for the time', () => {
    const wrong = files
      .filter((file) => !isAllowed(file))
      .flatMap((file) =>
        [
          ...importsOf(file).filter((from) => WORLD_MODULES.test(from) && from !== 'node:net'),
          ...(WORLD_NAMES.exec(codeOf(file)) ?? []).slice(0, 1),
        ].map((what) => `${file}: ${what}`),
      );
    expect(wrong).toEqual([]);
  });

  test('and each exception is one', () => {
    const idle = WORLD.filter(
      ([allowed]) =>
        !files.some(
          (file) =>
            allowed.test(file) &&
            (importsOf(file).some((from) => WORLD_MODULES.test(from)) || WORLD_NAMES.test(codeOf(file))),
        ),
    );
    expect(idle).toEqual([]);
  });
});

describe('the core knows no CI', () => {
  const core = files.filter((file) => !file.startsWith('ci/') && file.includes('/'));
  const namedIn = (file: string): string[] => [...new Set(codeOf(file).match(CI) ?? [])];

  test.each(core)('%s', (file) => {
    const allowed = MAY_NAME.filter(([name]) => name === file);
    expect(namedIn(file).filter((name) => !allowed.some(([, what]) => what.test(name)))).toEqual([]);
  });

  test('and each exception is one', () => {
    expect(MAY_NAME.filter(([file, what]) => !namedIn(file).some((name) => what.test(name)))).toEqual([]);
  });
});

test('run.ts stays a table of contents', () => {
  expect(read('run.ts').split('\n').length).toBeLessThanOrEqual(45);
});
