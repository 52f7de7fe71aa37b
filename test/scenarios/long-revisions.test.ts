/** Revisions of megabytes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage, REVISION } from '../support/images.ts';
import { Internet } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let registry: FakeRegistry;

let internet: Internet;

let folder: string;

beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  internet = await Internet.start();
  folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
});

afterEach(async () => {
  await registry.stop();
  await internet.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('revisions of megabytes on many platforms do not drown the log', async () => {
  const { buildIndex } = await import('../support/images.ts');
  const images = Array.from({ length: 20 }, (_, at) =>
    buildImage({ labels: { [REVISION]: `${at}`.repeat(100_000) }, platform: `linux/p${at}` }),
  );
  registry.push('app', 'many', buildIndex(images));
  const result = await runAction({ inputs: { image: registry.reference('app', 'many') } });
  expect(result.outputs['result']).toBe('fail');
  expect(result.stdout.length).toBeLessThan(500_000);
});
