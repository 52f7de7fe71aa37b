/** Data flows one way: a stage imports only from stages above it (docs/architecture.md). */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './support/runner.ts';

/** From first to last. A stage is a folder, or one file that stands for a stage of its own. */
const STAGES = [
  'errors.ts',
  'shorten.ts',
  'read-file.ts',
  'json',
  'version.ts',
  'secrets.ts',
  'deadline.ts',
  'inputs',
  'turns.ts',
  'budget.ts',
  'reference',
  'source',
  'image',
  'discovery',
  'github',
  'expectations',
  'settings',
  'verdict.ts',
  'report',
];
/** The story and its helpers: they put the stages together, and nothing imports them but each other. */
const STORY = [
  'main.ts',
  'run.ts',
  'decide.ts',
  'load-parsers.ts',
  'look.ts',
  'wait.ts',
  'select.ts',
  'expand.ts',
  'inherited.ts',
  'open.ts',
];
/** Files that touch the world. Every other file is pure, and is tested without any fake. */
const WORLD = /^(node:(fs|http|https|net|dns|child_process|os|timers)|undici|@actions\/)/;
const MAY_TOUCH_THE_WORLD =
  /^(main|run|open|deadline|wait|read-file)\.ts$|^inputs\/|^source\/|^github\/|^discovery\/|^report\/(log|open-log|outputs|summary|report|comment|deliver|delivery)\.ts$/;

const src = path.join(ROOT, 'src');
const files = globSync('**/*.ts', { cwd: src }).toSorted();

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gms)].map(
    ([, from, lazy]) => (from ?? lazy) as string,
  );
}

function stageOf(file: string): number {
  return STAGES.indexOf(file.includes('/') ? (file.split('/')[0] as string) : file);
}

describe('imports point one way', () => {
  test('every file belongs to a stage or to the story', () => {
    expect(files.filter((file) => stageOf(file) === -1 && !STORY.includes(file))).toEqual([]);
  });

  test.each(files)('%s', (file) => {
    const relative = importsOf(file).filter((from) => from.startsWith('.'));
    const targets = relative.map((from) => path.normalize(path.join(path.dirname(file), from)));
    const wrong = targets.filter((target) =>
      STORY.includes(file) ? false : STORY.includes(target) || stageOf(target) > stageOf(file),
    );
    expect(wrong).toEqual([]);
  });

  test('no cycle of files', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((from) => from.startsWith('.'))
          .map((from) => path.normalize(path.join(path.dirname(file), from))),
      ]),
    );
    const findCycle = (file: string, trail: readonly string[]): string[] | null => {
      if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
      for (const next of graph.get(file) ?? []) {
        const cycle = findCycle(next, [...trail, file]);
        if (cycle) return cycle;
      }
      return null;
    };
    expect(findCycle('main.ts', [])).toBeNull();
  });
});

test('pure files do not touch the world', () => {
  const wrong = files
    .filter((file) => !MAY_TOUCH_THE_WORLD.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter((from) => WORLD.test(from) && from !== 'node:net')
        .map((from) => `${file}: ${from}`),
    );
  expect(wrong).toEqual([]);
});

test('run.ts stays a table of contents', () => {
  expect(readFileSync(path.join(src, 'run.ts'), 'utf8').split('\n').length).toBeLessThanOrEqual(41);
});
