/** A proxy password that cannot be read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage, type ImageOptions } from '../support/images.ts';
import { Internet } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

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

function run(options: ImageOptions, inputs: Record<string, string>, env: Record<string, string> = {}): Promise<Run> {
  registry.push('app', 'main', buildImage(options));
  return runAction({ inputs: { image: registry.reference('app', 'main'), ...inputs }, env });
}

test('a proxy password with a bare % is an error that says so', async () => {
  const result = await run(
    {},
    { image: 'r.example.com/app:main' },
    { HTTPS_PROXY: 'http://user:pa%ss@proxy.example.com:3128' },
  );
  expect(result.stdout).toContain('HTTPS_PROXY holds no proxy');
  expect(result.stdout).not.toContain('pa%ss');
  expect(result.exitCode).toBe(2);
});
