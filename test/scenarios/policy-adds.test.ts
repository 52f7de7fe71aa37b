/** A policy adds, and is never dropped. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/expectations/policy/policy.ts';
import { buildImage, COMMIT, type ImageOptions, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { folder, registry, run } from '../support/one-image.ts';
import { runCommand } from '../support/runner.ts';

const policyFile = (text: string): string => {
  const file = path.join(folder, 'policy.yml');
  writeFileSync(file, text);
  return file;
};

describe('a policy adds, and is never dropped', () => {
  const stale: ImageOptions = { labels: { [REVISION]: OTHER_COMMIT } };

  test('by hand, its revision counts', async () => {
    registry.push('app', 'main', buildImage(stale));
    const result = await runCommand([
      '--image',
      registry.reference('app', 'main'),
      '--revision',
      'any',
      '--policy',
      policyFile(`revision: ${COMMIT}\n`),
    ]);
    expect(result.exitCode).toBe(1);
  });
  test('beside revision: any it decides', async () => {
    expect((await run(stale, { revision: 'any', policy: policyFile(`revision: ${COMMIT}\n`) })).exitCode).toBe(1);
  });
  test('beside another commit it is a question', async () => {
    const result = await run(stale, { revision: OTHER_COMMIT, policy: policyFile(`revision: ${COMMIT}\n`) });
    expect(result.stdout).toContain('revision: the policy says another one.');
    expect(result.exitCode).toBe(2);
  });
  test('it cannot take away what an input expects', async () => {
    expect((await run(stale, { policy: policyFile('revision: any\n') })).exitCode).toBe(2);
  });
  test('its revision-from is told, or contradicted', async () => {
    const policy = policyFile('revision-from: annotation:x\n');
    const told = await run({ ...stale, annotations: { x: COMMIT } }, { policy });
    expect(told.stdout).toContain('revision-from is taken from the policy.');
    expect((await run(stale, { policy, 'revision-from': 'annotation:y' })).exitCode).toBe(2);
  });
  test.each([
    'labels: {}\n',
    "schemaVersion: '2.0.0'\nmetadataTest: {labels: []}\n",
    "schemaVersion: '2.0.0'\nmetadataTest: {user: ''}\n",
  ])('one that expects nothing is wrong: %s', (text) => {
    expect(parsePolicy(text).problems.length).toBeGreaterThan(0);
  });
  test('entrypoint: [] does expect something', () => {
    expect(parsePolicy("schemaVersion: '2.0.0'\nmetadataTest: {entrypoint: []}\n").problems).toEqual([]);
  });
  test('contains-commit in capitals is the same commit', async () => {
    const result = await run(
      {},
      { revision: 'any', 'contains-commit': COMMIT, policy: policyFile(`contains-commit: ${COMMIT.toUpperCase()}\n`) },
    );
    expect(result.exitCode).toBe(0);
  });
});
