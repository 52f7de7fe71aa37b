/** A token service cannot break our outputs. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

describe('a token service cannot break our outputs', () => {
  test.each([
    ['a fragment of a digest', 'sha256:', 2],
    ['half of a surrogate pair', '\ud800aaaaaaaaaaaaaaaaaaaa', 2],
  ])('by a token that is %s', async (_, token, exitCode) => {
    const bearer = await FakeRegistry.start();
    const image = buildImage();
    bearer.push('app', 'main', image);
    bearer.override((request, response) => {
      if (request.path.startsWith('/token')) return send(response, 200, JSON.stringify({ token }));
      if (request.headers.authorization !== `Bearer ${token}`) return false;
      if (request.path.includes('/manifests/'))
        return send(response, 200, image.manifest.bytes, { 'content-type': image.manifest.mediaType });
      return send(response, 200, image.config.bytes);
    });
    const run = await runAction({ inputs: { image: bearer.reference('app', 'main') } });
    await bearer.stop();
    expect(run.exitCode).toBe(exitCode);
    expect(run.stdout).not.toContain('::add-mask::sha256:');
    expect(run.outputs['digest']).toBe(exitCode === 0 ? image.manifest.digest : '');
    expect(run.outputs['result']).toBe(exitCode === 0 ? 'pass' : 'error');
  });
});
