/** Many tags on Docker's own registry, pushed by skopeo; and one process that waits for another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDockerRegistry, DockerRegistry, writeLayout } from '../support/docker-registry.ts';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { runAction, runCommand } from '../support/runner.ts';

const canRun = canRunDockerRegistry();
const TAGS = 50;

describe.skipIf(!canRun)('docker-registry with 50 tags', () => {
  const layout = mkdtempSync(path.join(tmpdir(), 'assert-image-layouts-'));
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    const images = Object.fromEntries(
      Array.from({ length: TAGS }, (_, at) => {
        const created = new Date(Date.UTC(2026, 0, 1 + at)).toISOString();
        return [
          `t${at}`,
          buildImage({
            created,
            labels: { [REVISION]: at === 17 ? COMMIT : OTHER_COMMIT, at: String(at) },
            manifest: { layers: [] },
          }),
        ];
      }),
    );
    writeLayout(layout, images);
    for (let at = 0; at < TAGS; at += 1) await registry.push(layout, `t${at}`, 'acme/app');
    await registry.push(layout, 't17', 'acme/other', 'main');
  }, 120_000);
  afterAll(async () => {
    await registry.stop();
    rmSync(layout, { recursive: true, force: true });
  });

  test('the table, newest first', async () => {
    const run = await runCommand([`${registry.host}/acme/app:*`, '--revision', 'any']);
    expect(run.exitCode).toBe(0);
    const rows = run.stdout.split('\n').filter((line) => line.startsWith('| pass'));
    expect(rows).toHaveLength(TAGS);
    expect(rows[0]).toMatch(/\| t49 /);
    expect(rows.at(-1)).toMatch(/\| t0 /);
  });

  test('require: any finds the one of this commit', async () => {
    const run = await runAction({ inputs: { image: `${registry.host}/acme/app:*`, require: 'any' } });
    expect(run.outputs).toMatchObject({ result: 'pass', tag: 't17', revision: COMMIT });
  });

  test('a pattern in the repository, by the catalog', async () => {
    const run = await runAction({ inputs: { image: `${registry.host}/acme/o*:main` } });
    expect(run.outputs).toMatchObject({ result: 'pass', tag: 'main' });
    expect(run.outputs['reference']).toContain('/acme/other@sha256:');
  });

  test('one process waits, the other pushes later: pass within 5 s of the push', async () => {
    const waiting = runAction({ inputs: { image: `${registry.host}/acme/late:main`, 'wait-timeout': '60s' } });
    await sleep(10_000);
    await registry.push(layout, 't17', 'acme/late', 'main');
    const pushed = Date.now();
    const run = await waiting;
    expect(run.outputs['result']).toBe('pass');
    expect(Date.now() - pushed).toBeLessThan(5_000);
  });
});
