/**
 * The pages that readers meet, reviewed as they are. Look at a change (`npm run screenshots` shows it as GitHub would), then take it
 * with `npx vitest run test/pages -u`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectInert } from '../support/markdown.ts';
import type { Run } from '../support/runner.ts';
import { PAGES, Scenes } from '../support/scenes.ts';

let folder: string;
let scenes: Scenes;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'assert-image-pages-'));
  scenes = await Scenes.open(folder);
});
afterAll(async () => {
  await scenes.close();
  rmSync(folder, { recursive: true });
});

test.each(PAGES)('%s', async (name) => {
  const markdown = await scenes.markdown(name);
  if (name !== 'provenance') expectInert(markdown);
  await expect(markdown).toMatchFileSnapshot(`reviewed/${name}.md`);
});

describe('three failed checks on six platforms are told once each', () => {
  let run: Run;
  beforeAll(async () => {
    run = await scenes.run('fail-six');
  });
  const lines = (pattern: RegExp, text: string): string[] => text.split('\n').filter((line) => pattern.test(line));

  test('one row of the table', () => {
    const table = run.summary.split('**To do:**')[0] as string;
    expect(lines(/^\|/, table)).toHaveLength(2 + 3);
  });
  test('one line of the log', () => expect(lines(/^ {2}✗/, run.stdout)).toHaveLength(3));
  test('one annotation, with the operator', () => {
    const annotations = lines(/^::error/, run.stdout);
    expect(annotations).toHaveLength(3);
    expect(annotations[1]).toContain('label org.opencontainers.image.version must be 1.2.3; it is "1.2.2"');
  });
  test('the verdict stands once, and last but for the commands of the runner', () => {
    const said = run.stdout.trim().split('\n');
    expect(lines(/^assert-image: /, run.stdout)).toHaveLength(1);
    expect(said.at(-1)).toMatch(/^assert-image: fail: /);
  });
});
