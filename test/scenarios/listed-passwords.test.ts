/** A registry that was given a password cannot have it published. */
import { describe, expect, test } from 'vitest';
import { buildImage, buildIndex, COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const PASSWORD = 'Sup3rS3cretPassw0rd-XYZ';

const shownBy = (run: Run): string =>
  run.stdout.replaceAll(/^::add-mask::.*$/gm, '') +
  run.stderr +
  run.summary +
  JSON.stringify([run.outputs, run.report]);

describe('a registry that was given a password', () => {
  test('cannot have it published as the name of a tag', async () => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    registry.push('app', 'main', buildImage());
    registry.push('app', PASSWORD, buildImage());
    const run = await runAction({ inputs: { image: `${registry.host()}/app:*`, username: 'u', password: PASSWORD } });
    await registry.stop();
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('lists a name that holds a credential; nothing of that list was read');
    expect(shownBy(run)).not.toContain(PASSWORD);
  });

  test.each([
    ['a long label, where it is cut', { labels: { title: `${'x'.repeat(4096 - PASSWORD.length + 1)}${PASSWORD}` } }],
    ['a revision that is cut', { labels: { [REVISION]: `${'x'.repeat(80 - PASSWORD.length + 1)}${PASSWORD}` } }],
  ])('cannot have it published in %s', async (_, options) => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    const other = buildImage({ platform: 'linux/arm64' });
    registry.push('app', 'main', buildIndex([buildImage(options), other]));
    const inputs = { image: registry.reference('app', 'main'), username: 'u', password: PASSWORD, labels: 'title=1' };
    const run = await runAction({ inputs });
    await registry.stop();
    expect(run.exitCode).toBe(1);
    expect(shownBy(run)).not.toContain(PASSWORD.slice(0, -1));
  });

  test.each([
    ['in what is compared', (image: string) => ({ image: image.replace(':main', ':plain'), 'compare-with': image })],
    ['in what is skipped and not checked', (image: string) => ({ image, platforms: 'linux/amd64' })],
  ])('cannot have it published %s', async (_, inputsOf) => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    const labels = { [REVISION]: COMMIT, note: PASSWORD };
    const odd = buildImage({ platform: 'linux/odd' });
    registry.push('app', 'plain', buildImage());
    registry.push(
      'app',
      'main',
      buildIndex([buildImage({ labels }), odd, { ...buildImage({ env: ['X=1'] }), platform: undefined }], {
        entries: (entry, at) =>
          at === 1
            ? { ...entry, platform: { os: 'linux', architecture: PASSWORD.toLowerCase() } }
            : at === 2
              ? { ...entry, mediaType: `application/${PASSWORD}`, digest: `sha256:${'9'.repeat(64)}` }
              : entry,
      }),
    );
    const image = registry.reference('app', 'main');
    const run = await runAction({ inputs: { username: 'u', password: PASSWORD, ...inputsOf(image) } });
    await registry.stop();
    expect(['pass', 'fail']).toContain(run.outputs['result']);
    expect(shownBy(run)).not.toContain(PASSWORD);
  });
});
