/** `action.yml` is the machine-readable form of the contract: what the code reads and what the runner sets are the same. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { definitionOf, INPUT_NAMES } from '../src/inputs/names.ts';
import { VERSION } from '../src/base/version.ts';
import { readActionYml, ROOT } from './support/runner.ts';

const { inputs, outputs, runs } = readActionYml();

test('the runner starts what is committed', () => {
  expect(runs.using).toBe('node24');
  expect(existsSync(path.join(ROOT, runs.main))).toBe(true);
});

test('the version is the one of package.json', () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});

describe('inputs', () => {
  test('are the same, in the same order', () => {
    expect(Object.keys(inputs)).toEqual(INPUT_NAMES);
  });

  test.each(INPUT_NAMES)('%s has the same default', (name) => {
    const { default: value, actionDefault } = definitionOf(name);
    expect(inputs[name]?.default ?? null).toBe(actionDefault ?? value);
    expect(inputs[name]?.required ?? false).toBe(value === null);
  });
});

test.each(Object.entries({ ...inputs, ...outputs }))('%s is described in one plain sentence', (_, { description }) => {
  expect(description).toMatch(/^[A-Z][^\n]*[^.]\.$|^[a-z][^\n]*\.$/);
});
