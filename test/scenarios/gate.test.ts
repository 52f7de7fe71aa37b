import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

describe('one reference in, a verdict and a pinned digest out', () => {
  let registry: FakeRegistry;
  beforeEach(async () => void (registry = await FakeRegistry.start()));
  afterEach(() => registry.stop());

  test('one platform behind tokens and a CDN: pass, 5 requests over 3 connections, no layer, no HEAD, no ping', async () => {
    const image = buildImage();
    registry.push('acme/app', 'main', image);
    const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({
      result: 'pass',
      reference: `${registry.host()}/acme/app@${image.manifest.digest}`,
      digest: image.manifest.digest,
      'media-type': 'application/vnd.oci.image.manifest.v1+json',
      tag: 'main',
      'image-id': image.config.digest,
      revision: COMMIT,
      created: '2026-11-20T10:00:00Z',
      platforms: '["linux/amd64"]',
    });
    expect(registry.lines()).toEqual([
      'GET registry /v2/acme/app/manifests/main',
      'GET auth /token?service=sample&scope=repository%3Aacme%2Fapp%3Apull',
      'GET registry /v2/acme/app/manifests/main',
      `GET registry /v2/acme/app/blobs/${image.config.digest}`,
      `GET cdn /acme/app/${image.config.digest}?signature=presigned-5e1f`,
    ]);
    expect(registry.connections).toEqual({ registry: 1, auth: 1, cdn: 1 });
  });

  test('an index of two platforms with attestations: pass, 9 requests over 3 connections', async () => {
    const index = buildTwoPlatforms();
    registry.push('acme/app', 'main', index);
    const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['platforms']).toBe('["linux/amd64","linux/arm64"]');
    expect(run.outputs['digest']).toBe(index.manifest.digest);
    expect(run.outputs['image-id']).toBe('');
    expect(registry.requests).toHaveLength(9);
    expect(registry.connections).toEqual({ registry: 1, auth: 1, cdn: 1 });
  });

  test('an image of another commit: fail, exit code 1, and no reference to deploy', async () => {
    registry.push('acme/app', 'main', buildImage({ labels: { 'org.opencontainers.image.revision': OTHER_COMMIT } }));
    const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ result: 'fail', reference: '', revision: OTHER_COMMIT });
    expect(run.stdout).toContain(`it states "${OTHER_COMMIT}"`);
    expect(JSON.parse(run.outputs['failures'] ?? '')).toMatchObject([
      { platform: 'linux/amd64', expected: COMMIT, actual: OTHER_COMMIT },
    ]);
  });

  test('fail-on-mismatch: false: the same succeeds with a warning, and the result says fail', async () => {
    registry.push('acme/app', 'main', buildImage({ labels: {} }));
    const run = await runAction({
      inputs: { image: registry.reference('acme/app', 'main'), 'fail-on-mismatch': 'false' },
    });
    expect(run.exitCode).toBe(0);
    expect(run.outputs).toMatchObject({ result: 'fail', reference: '' });
    expect(run.stdout).toContain('::warning ');
    expect(run.stdout).not.toContain('::error');
  });

  test('a tag that does not exist: missing, exit code 1', async () => {
    const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ result: 'missing', reference: '', digest: '' });
  });
});
