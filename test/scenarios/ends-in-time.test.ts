/** A run ends in time, even if something hangs. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OCI_INDEX } from '../../src/image/media-types.ts';
import { blobOf, buildImage, buildIndex, buildTwoPlatforms, descriptorOf } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const main = (): string => registry.reference('app', 'main');

describe('ends in time', () => {
  test('a hanging credential helper dies with the run', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
    mkdirSync(path.join(home, '.docker'));
    writeFileSync(path.join(home, '.docker', 'config.json'), JSON.stringify({ credsStore: 'hangs' }));
    writeFileSync(path.join(home, 'docker-credential-hangs'), '#!/bin/sh\nexec sleep 60\n');
    chmodSync(path.join(home, 'docker-credential-hangs'), 0o755);
    const closed = await FakeRegistry.start({ auth: 'basic', username: 'a', password: 'b' });
    const started = Date.now();
    const run = await runAction({
      inputs: { image: closed.reference('app', 'main'), timeout: '1s' },
      env: { HOME: home, PATH: `${home}:${process.env['PATH']}` },
    });
    await closed.stop();
    rmSync(home, { recursive: true });
    expect(run.exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('what is still being tried does not hold up a verdict that stands', async () => {
    const index = buildTwoPlatforms();
    registry.push('app', 'main', index);
    registry.override((request, response) => {
      if (request.path.endsWith(index.children[0]?.manifest.digest as string)) return send(response, 403, '{}');
      if (request.path.endsWith(index.children[1]?.manifest.digest as string))
        return send(response, 503, '{}', { 'retry-after': '20' });
      return false;
    });
    const started = Date.now();
    expect((await runAction({ inputs: { image: main() } })).exitCode).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('indexes in indexes are counted together', async () => {
    const inner = Array.from({ length: 60 }, (_, at) => {
      const built = buildIndex([buildImage({ labels: { at: String(at) } }), buildImage({ labels: { at: `x${at}` } })]);
      registry.push('app', null, built);
      return built.manifest;
    });
    const outer = blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: inner.map(descriptorOf) }, OCI_INDEX);
    registry.putManifest('app', 'main', outer);
    const run = await runAction({ inputs: { image: main() } });
    expect(run.stdout).toContain('names more than 100 images');
    expect(registry.requests.length).toBeLessThan(110);
  });
});
