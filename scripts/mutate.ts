/**
 * Mutation testing of what decides a verdict: each operator and each literal truth in
 * src/expectations, src/image and src/provenance is turned round, one at a time, in a copy of the project; a mutant
 * that no unit test notices is printed. (A hundred lines in place of Stryker,
 * which was not tried with this vitest.)
 *
 * npm run mutate -- [part of a file name]
 */
import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const TESTS = ['test/expectations', 'test/image', 'test/json', 'test/provenance'];
const SWAPS: readonly (readonly [RegExp, string])[] = [
  [/===/g, '!=='],
  [/!==/g, '==='],
  [/&&/g, '||'],
  [/\|\|(?!=)/g, '&&'],
  [/ < /g, ' >= '],
  [/ > /g, ' <= '],
  [/ >= /g, ' < '],
  [/ <= /g, ' > '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/(?<=[(\s])!(?=[\w(])/g, ''],
  [/\.every\(/g, '.some('],
  [/\.some\(/g, '.every('],
  [/\.filter\(/g, '.map('],
  [/\?\? /g, '&& '],
];

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly content: string;
}

/**
 * Mutants that mean the same, or only change a sentence; each with its reason.
 */
const EQUIVALENT: readonly (readonly [file: string, part: string, reason: string])[] = JSON.parse(
  readFileSync(path.join(root, 'scripts/mutate-equivalent.json'), 'utf8'),
) as [string, string, string][];

const wanted = process.argv[2] ?? '';
const files = globSync(['src/expectations/**/*.ts', 'src/image/**/*.ts', 'src/provenance/**/*.ts'], {
  cwd: root,
}).filter((file) => file.includes(wanted));
const mutants = files.toSorted().flatMap(mutantsOf);
const queue = [...mutants];
const survivors: Mutant[] = [];
await Promise.all(Array.from({ length: Math.min(cpus().length, 4) }, work));
const killed = mutants.length - survivors.length;
console.log(
  `\n${mutants.length} mutants, ${killed} killed, ${survivors.length} survived: ${((100 * killed) / mutants.length).toFixed(1)} %`,
);
process.exit(survivors.length === 0 ? 0 : 1);

function mutantsOf(file: string): Mutant[] {
  const lines = readFileSync(path.join(root, file), 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const isCode = !/^\s*(\/\/|\*|\/\*|import |export type|type |\| \{)|readonly .*[:;]$|^\s*(message|hint):/.test(
      line,
    );
    if (!isCode) return [];
    const code = line.replace(/\/\/ .*$/, '');
    return SWAPS.flatMap(([pattern, by]) =>
      [...code.matchAll(pattern)].flatMap((match): Mutant[] => {
        const mutated = code.slice(0, match.index) + by + code.slice(match.index + match[0].length);
        // Inside of a string or a template it is a word.
        const before = code.slice(0, match.index);
        const isText = (before.split("'").length - 1) % 2 === 1 || (before.split('`').length - 1) % 2 === 1;
        const isKnown = EQUIVALENT.some(([name, part]) => file.endsWith(name) && mutated.includes(part));
        if (isText || isKnown) return [];
        return [{ file, line: at + 1, text: mutated.trim(), content: lines.with(at, mutated).join('\n') }];
      }),
    );
  });
}

async function work(): Promise<void> {
  const copy = mkdtempSync(path.join(tmpdir(), 'assert-image-mutate-'));
  for (const name of ['src', 'test', 'action.yml', 'package.json', 'vitest.config.ts']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const original = readFileSync(path.join(root, mutant.file));
    writeFileSync(path.join(copy, mutant.file), mutant.content);
    const isKilled = await testsFail(copy);
    writeFileSync(path.join(copy, mutant.file), original);
    if (!isKilled) {
      survivors.push(mutant);
      console.log(`survived: ${mutant.file}:${mutant.line}: ${mutant.text}`);
    }
  }
  rmSync(copy, { recursive: true, force: true });
}

function testsFail(cwd: string): Promise<boolean> {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve) => {
    // A mutant that loops for ever is killed too.
    execFile(
      process.execPath,
      [vitest, 'run', '--bail=1', '--no-isolate', ...TESTS],
      { cwd, timeout: 60_000 },
      (error) => resolve(error !== null),
    );
  });
}
