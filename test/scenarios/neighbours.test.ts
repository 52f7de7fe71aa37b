/** One image and its neighbour. */
import { describe, expect, test } from 'vitest';
import { buildImage, buildIndex, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';

describe('one image and its neighbour', () => {
  test('a size that one index lies about does not fail another that names the same child', async () => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const child = buildImage();
    registry.push('app', 'good', buildIndex([child]));
    for (const [tag, lie] of [
      ['less', -1],
      ['more', 1],
    ] as const) {
      const entries = (entry: Record<string, unknown>): unknown => ({
        ...entry,
        size: (entry['size'] as number) + lie,
      });
      registry.push('app', tag, buildIndex([child], { entries }));
    }
    registry.override(async ({ path }) => {
      if (path.endsWith('/good')) await new Promise((resolve) => setTimeout(resolve, 100));
      if (path.endsWith(child.manifest.digest)) await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    });
    const image = ['less', 'more', 'good'].map((tag) => registry.reference('app', tag)).join('\n');
    const run = await runAction({ inputs: { image, require: 'any' } });
    await registry.stop();
    expect(run.outputs['result']).toBe('pass');
  });

  test('what base images and a comparison take in memory is theirs, and given back', async () => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const many = (seed: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, seed.repeat(50_000)]));
    registry.push('base', '1', buildImage({ labels: many('b') }));
    registry.push(
      'compared',
      '1',
      buildIndex(['a', 'b', 'c', 'd'].map((seed, at) => buildImage({ platform: `linux/p${at}`, labels: many(seed) }))),
    );
    const annotations = { [BASE_NAME]: registry.reference('base', '1') };
    const tags = Array.from({ length: 20 }, (_, at) => `t${at}`);
    for (const tag of tags)
      registry.push('app', tag, buildImage({ labels: { [REVISION]: OTHER_COMMIT, tag }, annotations }));
    for (let at = 0; at < 3; at += 1)
      registry.push('app', `ok${at}`, buildImage({ labels: { ...many('v'), at: String(at), [REVISION]: COMMIT } }));
    const image = [...tags, 'ok0', 'ok1', 'ok2'].map((tag) => registry.reference('app', tag)).join('\n');
    const run = await runAction({ inputs: { image, 'compare-with': registry.reference('compared', '1') } });
    await registry.stop();
    expect(run.outputs['result']).toBe('fail');
  });
});
