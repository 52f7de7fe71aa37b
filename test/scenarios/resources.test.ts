/** One look ends with its deadline and two seconds more, and a run stays below 256 MiB, for any answer of a registry. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  blobOf,
  buildImage,
  buildIndex,
  type BuiltImage,
  type BuiltIndex,
  COMMIT,
  REVISION,
} from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const TIMEOUT_S = 5;
const MAX_MIB = 256;
const MIB = 1024 * 1024;

const withConfig = (config: string, rest = ''): BuiltImage =>
  buildImage({ configText: `{"config":{${config}}${rest}}` });
const oneLabel = (text: string): BuiltImage => withConfig(`"Labels":{"title":${JSON.stringify(text)}}`);
const manyLabels = (count: number, seed: number): BuiltImage =>
  withConfig(`"Labels":{${Array.from({ length: count }, (_, at) => `"k${seed}-${at}":"v${at}"`).join(',')}}`);
const platforms = (count: number, make: (at: number) => BuiltImage): BuiltIndex =>
  buildIndex(
    Array.from({ length: count }, (_, at) => make(at)),
    { entries: (entry, at) => ({ ...entry, platform: { os: 'linux', architecture: `a${at}` } }) },
  );

describe('a run is bounded in time and memory', () => {
  let registry: FakeRegistry;
  afterEach(() => registry.stop());

  async function runBounded(
    images: readonly (BuiltImage | BuiltIndex)[],
    inputs: Record<string, string> = {},
  ): Promise<Run> {
    registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    for (const [at, image] of images.entries()) registry.push('app', `v${at}`, image);
    const run = await runAction({
      inputs: {
        image: `${registry.host()}/app:v${images.length === 1 ? '0' : '*'}`,
        revision: 'any',
        timeout: `${TIMEOUT_S}s`,
        ...inputs,
      },
      measuresMemory: true,
    });
    // Sixteen looks at a time, each with a deadline of its own.
    const rounds = Math.ceil(images.length / 16);
    expect(run.seconds).toBeLessThan(rounds * (Number(inputs['timeout']?.replace('s', '') ?? TIMEOUT_S) + 2));
    expect(run.peakMiB).toBeLessThan(MAX_MIB);
    // Bounded, and told all the same: outputs, summary and report are there.
    expect(['pass', 'fail', 'error']).toContain(run.outputs['result']);
    expect(run.summary).toMatch(/^## /);
    expect(run.report).not.toBeNull();
    return run;
  }

  test('a hundred configs of 8 MB', async () => {
    const large = oneLabel('x'.repeat(7.9 * MIB));
    const run = await runBounded([platforms(100, () => large)]);
    expect(run.stdout).toContain('the image has more than 16 MiB of manifests and configs; no more are read.');
  });

  test('two configs of 8 MB are read, and told without their megabytes', async () => {
    const run = await runBounded([platforms(2, (at) => oneLabel(`${at}${'x'.repeat(7.9 * MIB)}`))], {
      labels: 'title=1\ntitle=~2\ntitle!=3',
    });
    expect(run.outputs['result']).toBe('fail');
    expect(run.stdout.length + run.summary.length).toBeLessThan(20_000);
  });

  test('the same of characters that are escaped one by one', async () => {
    const run = await runBounded([platforms(2, (at) => oneLabel(`${at}${'\u007f'.repeat(7.9 * MIB)}`))], {
      labels: 'title=1',
    });
    expect(run.outputs['result']).toBe('fail');
  });

  const kept: [string, (at: number) => BuiltImage][] = [
    ['a user', (at) => withConfig(`"User":"${at}${'x'.repeat(7.9 * MIB)}"`)],
    ['an entrypoint', (at) => withConfig(`"Entrypoint":["${at}${'x'.repeat(7.9 * MIB)}"]`)],
    ['a variable without "="', (at) => withConfig(`"Env":["${at}${'x'.repeat(7.9 * MIB)}"]`)],
    [
      'an annotation of a layer',
      (at) => {
        const layer = {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: `sha256:${'a'.repeat(64)}`,
          size: 9,
        };
        return buildImage({
          manifest: { layers: [{ ...layer, annotations: { a: `${at}${'x'.repeat(3.8 * MIB)}` } }] },
        });
      },
    ],
  ];
  test.each(kept)('sixteen images, each with %s of megabytes', async (_, make) => {
    const run = await runBounded(Array.from({ length: 16 }, (_unused, at) => make(at)));
    expect(run.outputs['result']).not.toBe('fail');
  });

  test('a notice of megabytes for each of a hundred platforms', async () => {
    const index = platforms(100, (at) => buildImage({ labels: { [REVISION]: `c${at}` } }));
    const document = JSON.parse(index.manifest.bytes.toString()) as object;
    const annotations = { [REVISION]: 'x'.repeat(3.8 * MIB) };
    const manifest = blobOf({ ...document, annotations }, index.manifest.mediaType);
    const run = await runBounded([{ ...index, manifest }], { revision: COMMIT });
    expect(run.outputs['result']).toBe('fail');
    expect(run.stdout).toContain('of that name');
  });

  test('ports of megabytes, and fifty that must not be there', async () => {
    const names = Array.from({ length: 12_000 }, (_, at) => `"${at}${'9'.repeat(620)}/tcp":{}`);
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-ports-'));
    const policy = path.join(folder, 'policy.yaml');
    const ports = Array.from({ length: 50 }, (_, at) => String(at + 1));
    writeFileSync(policy, `schemaVersion: 2.0.0\nmetadataTest: {unexposedPorts: [${ports.join(', ')}]}\n`);
    const run = await runBounded([withConfig(`"ExposedPorts":{${names.join(',')}}`)], { policy });
    expect(run.outputs['result']).toBe('pass');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a body that comes byte by byte', async () => {
    const image = oneLabel('x'.repeat(6 * MIB));
    registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    registry.push('app', 'v0', image);
    registry.override(({ path: asked }, response) => {
      if (!asked.includes('/blobs/')) return false;
      const { socket } = response.req;
      socket.setNoDelay(true);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${image.config.bytes.length}\r\n\r\n`);
      let at = 0;
      const more = (): void => {
        for (let end = at + 200; at < end && at < image.config.bytes.length; at += 1)
          socket.write(image.config.bytes.subarray(at, at + 1));
        if (at < image.config.bytes.length && !socket.destroyed) setImmediate(more);
      };
      more();
      return true;
    });
    const run = await runAction({
      inputs: { image: registry.reference('app', 'v0'), revision: 'any', timeout: '8s' },
      measuresMemory: true,
    });
    expect(run.outputs['result']).toBe('error');
    expect(run.seconds).toBeLessThan(10);
    expect(run.peakMiB).toBeLessThan(MAX_MIB);
  });

  test('five configs of 7 MB of small labels', async () => {
    const run = await runBounded([platforms(5, (at) => manyLabels(300_000, at))]);
    expect(run.outputs['result']).toBe('error');
  });

  test('three configs of as many labels as are read', async () => {
    const run = await runBounded([platforms(3, (at) => manyLabels(20_000, at))], {
      labels: 'title=1',
      expect: 'image.labels.size() == 20000',
    });
    expect(run.outputs['result']).toBe('fail');
  });

  test('a build history of empty objects, which only CEL reads', async () => {
    const history = `,"history":[${Array.from({ length: 20_000 }, () => '{}').join(',')}]`;
    const run = await runBounded([platforms(3, (at) => withConfig(`"User":"${at}"`, history))], {
      expect: 'image.history.size() == 20000',
    });
    expect(run.outputs['result']).toBe('pass');
  });

  test('a hundred platforms of 150 kB, each with a failed check', async () => {
    const run = await runBounded([platforms(100, (at) => oneLabel(`${at}${'x'.repeat(150_000)}`))], {
      labels: 'title=1',
    });
    expect(run.outputs['result']).toBe('fail');
  });

  test('thirty tags of twenty thousand labels are judged, and told without them', async () => {
    const run = await runBounded(Array.from({ length: 30 }, (_, at) => manyLabels(20_000, at)));
    expect(run.outputs['result']).toBe('pass');
    expect(run.stdout).toContain('its labels, annotations and other texts are not told');
  });

  test('twenty-four tags of 7 MB, sixteen at a time', async () => {
    const run = await runBounded(
      Array.from({ length: 24 }, (_, at) => oneLabel(`${at}${'x'.repeat(7 * MIB)}`)),
      {
        timeout: '20s',
      },
    );
    expect(run.outputs['result']).toBe('pass');
    expect(run.stdout).toContain('its labels, annotations and other texts are not told');
  });

  test('patterns on much text: the deadline is asked between two of them', async () => {
    const text = 'ab'.repeat(30_000);
    const patterns = Array.from({ length: 60 }, (_, at) => `title=~(.*a.*b)*(.*c.*d)*x${at}`).join('\n');
    const run = await runBounded([platforms(100, (at) => oneLabel(`${at}${text}`))], {
      labels: patterns,
      timeout: '2s',
    });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('no answer within 2 s');
  });

  test('an expression without end has one second, for all platforms together', async () => {
    const run = await runBounded([platforms(20, (at) => oneLabel(String(at)))], {
      expect:
        '[1,2,3,4,5,6,7,8,9,0].all(a, [1,2,3,4,5,6,7,8,9,0].all(b, [1,2,3,4,5,6,7,8,9,0].all(c, [1,2,3,4,5,6,7,8,9,0].all(d, [1,2,3,4,5,6,7,8,9,0].all(e, [1,2,3,4,5,6,7,8,9,0].all(f, a+b+c+d+e+f >= 0))))))',
    });
    expect(run.outputs['result']).toBe('fail');
    expect(run.stdout).toContain('was stopped after 1000 ms');
    expect(run.seconds).toBeLessThan(4);
  });
});
