/** An expression sees what runs. */
import { describe, expect, test } from 'vitest';
import type { ImageOptions } from '../support/images.ts';
import { run } from '../support/one-image.ts';

describe('expect sees what runs', () => {
  const NON_ROOT = '!(image.config.User in ["", "0", "root"])';
  test('"User": null is no User', async () => {
    const result = await run({ config: { User: null } }, { expect: NON_ROOT });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('there is no User');
  });
  test.each([
    ['a variable twice', ['NODE_ENV=debug', 'NODE_ENV=production'], 'image.env.NODE_ENV == "production"', 'error'],
    ['a variable without =', ['DEBUG'], '!("DEBUG" in image.env)', 'error'],
    ['the same, not asked about', ['DEBUG'], 'image.labels.size() == 1', 'pass'],
  ])('%s: %s', async (_, env, expectation, result) => {
    expect((await run({ env }, { expect: expectation })).outputs['result']).toBe(result);
  });
  test('on Windows both spellings of a name are there', async () => {
    const options: ImageOptions = { platform: 'windows/amd64', env: ['Secret=x'] };
    expect((await run(options, { expect: '!("Secret" in image.env)' })).exitCode).toBe(1);
    expect((await run(options, { expect: '!("SECRET" in image.env)' })).exitCode).toBe(1);
  });
  test.each([
    'image.history.all(h, int(h.created_by) == 1)',
    'int(image.env.PW) == 1',
    '"x".matches(image.env.PATTERN)',
    'image.labels[image.env.PW] == "x"',
  ])('no error quotes what %s worked on', async (expectation) => {
    const result = await run({ env: ['PW=7x3', 'PATTERN=(?<x'] }, { expect: expectation });
    expect(result.exitCode).toBe(1);
    expect(result.stdout + result.summary + JSON.stringify([result.outputs, result.report])).not.toMatch(
      /build-secret|7x3|\(\?</,
    );
  });
});
