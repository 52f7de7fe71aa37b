/**
 * What speed is made of, in units that do not wobble: what a runner downloads, what Node loads, what
 * is asked of a registry. Times are measured by `npm run bench`, beside those of other tools.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, type BuiltImage, type BuiltIndex, COMMIT } from './support/images.ts';
import { FakeRegistry, type RegistryOptions } from './support/registry.ts';
import { ROOT, runAction } from './support/runner.ts';

const dist = path.join(ROOT, 'dist');

describe('what a runner downloads', () => {
  test('the archive of the repository has at most 480 KB', () => {
    const tar = execFileSync('git', ['archive', 'HEAD'], { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
    console.info(`archive: ${gzipSync(tar).length} bytes`);
    expect(gzipSync(tar).length).toBeLessThanOrEqual(480_000);
  });

  test('dist/ has at most 1,455 KB, 440 KB compressed', () => {
    const code = readdirSync(dist)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(path.join(dist, name)));
    expect(code.reduce((sum, file) => sum + file.length, 0)).toBeLessThanOrEqual(1_455_000);
    console.info(`dist: ${gzipSync(Buffer.concat(code)).length} bytes, compressed`);
    expect(gzipSync(Buffer.concat(code)).length).toBeLessThanOrEqual(440_000);
  });
});

describe('what Node loads', () => {
  /** Names every file of dist/ that was loaded, in a run of its own. */
  async function loaded(inputs: Record<string, string>): Promise<{ files: number; bytes: number; names: string[] }> {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-budget-'));
    try {
      registry.push('app', 'main', buildImage());
      const list = path.join(folder, 'list');
      writeFileSync(
        path.join(folder, 'hook.mjs'),
        `import { appendFileSync } from 'node:fs';
         import { registerHooks } from 'node:module';
         registerHooks({ load: (url, context, next) => {
           appendFileSync(${JSON.stringify(list)}, url + '\\n');
           return next(url, context);
         } });`,
      );
      const run = await runAction({
        inputs: { image: registry.reference('app', 'main'), ...inputs },
        env: { NODE_OPTIONS: `--import ${path.join(folder, 'hook.mjs')}` },
      });
      expect(run.outputs['result']).toBe('pass');
      const urls = [...new Set(readFileSync(list, 'utf8').trim().split('\n'))].filter((url) => url.includes('/dist/'));
      const names = urls.map((url) => path.basename(url));
      const bytes = names.reduce((sum, name) => sum + statSync(path.join(dist, name)).size, 0);
      return { files: names.length, bytes, names };
    } finally {
      rmSync(folder, { recursive: true });
      await registry.stop();
    }
  }

  test('for the gate alone: no CEL, no YAML, no RE2, no tar, no client of GitHub', async () => {
    const { files, bytes } = await loaded({});
    console.info(`loaded for the gate alone: ${bytes} bytes in ${files} files`);
    expect(files).toBeLessThanOrEqual(7);
    expect(bytes).toBeLessThanOrEqual(480_000);
  });

  test('for a pattern, RE2 and nothing else', async () => {
    const plain = await loaded({});
    const pattern = await loaded({ labels: 'org.opencontainers.image.revision=~[0-9a-f]{40}' });
    expect(pattern.names.filter((name) => !plain.names.includes(name)).length).toBeLessThanOrEqual(2);
    expect(pattern.bytes - plain.bytes).toBeLessThanOrEqual(160_000);
  });
});

describe('what is asked of a registry', () => {
  const index = buildTwoPlatforms();
  const rows: [string, RegistryOptions, BuiltImage | BuiltIndex, Record<string, string>, number, number][] = [
    ['one platform behind tokens and a CDN', {}, buildImage(), {}, 5, 3],
    ['one platform without either', { auth: 'none', cdn: false }, buildImage(), {}, 2, 1],
    ['two platforms behind tokens and a CDN', {}, index, {}, 9, 3],
    ['one of two platforms behind tokens and a CDN', {}, index, { platforms: 'linux/amd64' }, 6, 3],
    ['two platforms without either', { auth: 'none', cdn: false }, index, {}, 5, 1],
    ['two platforms, tokens on the same host', { sameHostAuth: true }, index, {}, 9, 2],
  ];
  test.each(rows)('%s', async (_, options, built, inputs, requests, connections) => {
    const registry = await FakeRegistry.start(options);
    try {
      registry.push('app', 'main', built);
      const run = await runAction({
        inputs: { image: registry.reference('app', 'main'), revision: COMMIT, ...inputs },
      });
      expect(run.outputs['result']).toBe('pass');
      expect(registry.requests).toHaveLength(requests);
      expect(Object.values(registry.connections).reduce((sum, count) => sum + count, 0)).toBe(connections);
    } finally {
      await registry.stop();
    }
  });
});
