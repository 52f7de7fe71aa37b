/** Revisions of megabytes. */
import { expect, test } from 'vitest';
import { buildImage, REVISION } from '../support/images.ts';
import { registry } from '../support/one-image.ts';
import { runAction } from '../support/runner.ts';

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
