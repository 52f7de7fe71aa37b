/** Layouts by the tools that write them: umoci, skopeo (folder and archive), and our own index. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDockerRegistry, makeLayoutWithUmoci, writeLayout } from '../support/docker-registry.ts';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { runAction, runCommand } from '../support/runner.ts';

const canRun = canRunDockerRegistry();
const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-layouts-'));
const at = (name: string): string => path.join(folder, name);
const skopeo = (from: string, to: string): void =>
  void execFileSync('skopeo', ['--insecure-policy', 'copy', '-q', '--all', from, to], { timeout: 30_000 });

beforeAll(() => {
  if (!canRun) return;
  makeLayoutWithUmoci(at('umoci'), 'main', { [REVISION]: COMMIT });
  writeLayout(at('two'), {
    main: buildTwoPlatforms({ manifest: { layers: [] } }),
    other: buildImage({ manifest: { layers: [] }, labels: { [REVISION]: OTHER_COMMIT } }),
  });
  skopeo(`oci:${at('umoci')}:main`, `oci:${at('skopeo')}:main`);
  skopeo(`oci:${at('umoci')}:main`, `oci-archive:${at('archive.tar')}:main`);
  writeFileSync(at('archive.tar.gz'), gzipSync(readFileSync(at('archive.tar'))));
  execFileSync('tar', ['-cf', at('dotted.tar'), '-C', at('two'), '.']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!canRun)('oci-layout: judged before it is pushed', () => {
  test.each([
    ['umoci', 'umoci:main'],
    ['umoci, without a tag', 'umoci'],
    ['skopeo copy … oci:', 'skopeo:main'],
    ['skopeo copy … oci-archive:', 'archive.tar:main'],
    ['the same, gzipped', 'archive.tar.gz'],
    ['an index of two platforms', 'two:main'],
    ['a tar of a folder, with ./ in front', 'dotted.tar:main'],
  ])('%s', async (_, name) => {
    const result = await runAction({ inputs: { image: `oci-layout:${at(name)}` } });
    expect(result.stdout).toContain('assert-image: pass');
    expect(result.exitCode).toBe(0);
    expect(result.outputs['digest']).toMatch(/^sha256:[a-f0-9]{64}$/);
    expect(result.outputs['reference']).toBe(
      `oci-layout:${at(name).replace(/:main$/, '')}@${result.outputs['digest']}`,
    );
  });

  test('another commit fails; by digest; a tag that is not there is missing; two that could be meant are ambiguous', async () => {
    const failed = await runAction({ inputs: { image: `oci-layout:${at('two')}:other` } });
    expect(failed.outputs['result']).toBe('fail');
    const pinned = await runCommand([
      '--image',
      `oci-layout:${at('two')}@${failed.outputs['digest']}`,
      '--revision',
      OTHER_COMMIT,
    ]);
    expect(pinned.exitCode).toBe(0);
    const missing = await runAction({ inputs: { image: `oci-layout:${at('two')}:none` } });
    expect(missing.outputs['result']).toBe('missing');
    expect(missing.stdout).toContain('its tags are "main", "other"');
    const unclear = await runAction({ inputs: { image: `oci-layout:${at('two')}` } });
    expect(unclear.outputs['result']).toBe('error');
    expect(unclear.stdout).toContain('could be meant');
  });

  test.each([
    ['no such place', 'nowhere', 'missing', 'there is no layout at'],
    ['a folder that is no layout', '.', 'error', 'is not an OCI image layout'],
    ['a file that is no tar', 'umoci/index.json', 'error', 'not a tar file'],
  ])('%s', async (_, name, result, text) => {
    const outcome = await runAction({ inputs: { image: `oci-layout:${at(name)}` } });
    expect(outcome.outputs['result']).toBe(result);
    expect(outcome.stdout).toContain(text);
  });

  test('a blob with other content than its name says is a digest mismatch', async () => {
    writeLayout(at('lying'), { main: buildImage({ manifest: { layers: [] } }) });
    for (const name of readdirSync(at('lying/blobs/sha256')))
      appendFileSync(path.join(at('lying/blobs/sha256'), name), ' ');
    const result = await runAction({ inputs: { image: `oci-layout:${at('lying')}:main` } });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('has other content than its name and size say');
  });

  test('a link out of the layout is not followed; one inside is', async () => {
    const image = buildImage({ manifest: { layers: [] } });
    writeLayout(at('linked'), { main: image });
    const file = path.join(at('linked/blobs/sha256'), image.manifest.digest.slice(7));
    writeFileSync(at('outside'), image.manifest.bytes);
    rmSync(file);
    symlinkSync(at('outside'), file);
    const result = await runAction({ inputs: { image: `oci-layout:${at('linked')}:main` } });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('is a link out of it; not followed');
    mkdirSync(at('linked/inside'));
    writeFileSync(at('linked/inside/m'), image.manifest.bytes);
    rmSync(file);
    symlinkSync(at('linked/inside/m'), file);
    expect((await runAction({ inputs: { image: `oci-layout:${at('linked')}:main` } })).exitCode).toBe(0);
  });

  test('names in a tar that lead elsewhere have no meaning', async () => {
    mkdirSync(at('evil/blobs/sha256'), { recursive: true });
    writeFileSync(at('evil/index.json'), '{}');
    execFileSync('tar', [
      '-cf',
      at('evil.tar'),
      '-C',
      at('evil'),
      '--transform',
      's,^index.json,../../index.json,',
      '-P',
      'index.json',
    ]);
    const result = await runAction({ inputs: { image: `oci-layout:${at('evil.tar')}` } });
    expect(result.stdout).toContain('other tools may read another');
    expect(result.exitCode).toBe(2);
  });

  test('wait-timeout waits for a layout, too', async () => {
    setTimeout(() => writeLayout(at('later'), { main: buildImage({ manifest: { layers: [] } }) }), 2_500);
    const result = await runAction({ inputs: { image: `oci-layout:${at('later')}:main`, 'wait-timeout': '20s' } });
    expect(result.exitCode).toBe(0);
  });

  test('a short archive is no layout', async () => {
    writeFileSync(at('short.tar'), readFileSync(at('archive.tar')).subarray(0, 2000));
    const result = await runAction({ inputs: { image: `oci-layout:${at('short.tar')}` } });
    expect(result.exitCode).toBe(2);
    expect(result.outputs['result']).toBe('error');
  });
});
