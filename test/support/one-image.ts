/** For scenarios of one image, app:main, in a registry without credentials; each test has its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { buildImage, type ImageOptions } from './images.ts';
import { Internet } from './internet.ts';
import { FakeRegistry } from './registry.ts';
import { runAction, type Run } from './runner.ts';

export let registry: FakeRegistry;
export let internet: Internet;
/** Empty, and removed after the test. */
export let folder: string;

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

/** Pushes an image that is made like this, and checks it. */
export function run(
  options: ImageOptions,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
): Promise<Run> {
  registry.push('app', 'main', buildImage(options));
  return runAction({ inputs: { image: registry.reference('app', 'main'), ...inputs }, env });
}
