/** Files that a checkout brings along: links to devices without end, pipes without a writer, too much of anything. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

type Make = (file: string) => void;

const FILES: readonly (readonly [what: string, make: Make, reason: string])[] = [
  ['a link to a device without end', (file) => symlinkSync('/dev/zero', file), 'it is not a regular file'],
  ['a pipe without a writer', (file) => void execFileSync('mkfifo', [file]), 'it is not a regular file'],
  ['a folder', (file) => mkdirSync(file), 'it is not a regular file'],
  ['a terminal', (file) => symlinkSync('/dev/tty', file), ''],
  ['eight megabytes', (file) => writeFileSync(file, '#'.repeat(8_000_000)), 'it has more than'],
];

describe('a file is read only where it is one, and of its size', () => {
  let registry: FakeRegistry;
  let folder: string;
  beforeAll(async () => {
    registry = await FakeRegistry.start({ auth: 'none' });
    registry.push('app', 'main', buildImage());
    folder = mkdtempSync(path.join(tmpdir(), 'assert-image-files-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await registry.stop();
  });

  let count = 0;
  async function runWith(
    make: Make,
    options: (file: string) => { inputs?: Record<string, string>; env?: Record<string, string> },
    name = 'file',
  ): Promise<Run> {
    const file = path.join(folder, String((count += 1)), name);
    mkdirSync(path.dirname(file));
    make(file);
    const { inputs, env } = options(file);
    const run = await runAction({
      inputs: { image: registry.reference('app', 'main'), timeout: '5s', ...inputs },
      ...(env && { env }),
      measuresMemory: true,
    });
    expect(run.exitCode).toBe(2);
    expect(run.outputs['result']).toBe('error');
    expect(run.seconds).toBeLessThan(7);
    expect(run.peakMiB).toBeLessThan(256);
    return run;
  }

  describe.each(FILES)('%s', (_, make, reason) => {
    test('as a policy', async () => {
      const run = await runWith(make, (file) => ({ inputs: { policy: file } }));
      expect(run.stdout).toMatch(/policy: ".*" cannot be read/);
      expect(run.stdout).toContain(reason);
    });

    test('as ca-file', async () => {
      const run = await runWith(make, (file) => ({ inputs: { 'ca-file': file } }));
      expect(run.stdout).toContain('ca-file: ');
      expect(run.stdout).toContain(reason);
    });

    test('as the docker configuration', async () => {
      const bearer = await FakeRegistry.start();
      const inputs = { image: bearer.reference('app', 'main') };
      const run = await runWith(
        make,
        (file) => ({ inputs, env: { DOCKER_CONFIG: path.dirname(file) } }),
        'config.json',
      );
      await bearer.stop();
      expect(run.stdout).toContain('cannot be used');
      expect(run.stdout).toContain(reason);
    });
  });

  test.each(FILES.filter(([what]) => what !== 'a folder' && what !== 'eight megabytes'))(
    '%s as a layout',
    async (_, make) => {
      const run = await runWith(make, (file) => ({ inputs: { image: `oci-layout:${file}`, revision: 'any' } }));
      expect(run.stdout).toMatch(/neither a folder nor a regular file|there is no layout/);
    },
  );

  test.each(FILES.filter(([what]) => what !== 'eight megabytes'))('%s as index.json of a layout', async (_, make) => {
    const run = await runWith(
      (file) => {
        writeFileSync(path.join(path.dirname(file), 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
        make(file);
      },
      (file) => ({ inputs: { image: `oci-layout:${path.dirname(file)}`, revision: 'any' } }),
      'index.json',
    );
    expect(run.stdout).toContain('of the layout');
  });
});
