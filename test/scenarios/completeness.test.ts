/** No green without every image read and checked. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildIndex, buildTwoPlatforms, descriptorOf, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const main = (): string => registry.reference('app', 'main');

describe('no green without every image read and checked', () => {
  test.each([',', ' , ', ',,\n'])('platforms: %j is an empty list, not no platform at all', async (platforms) => {
    registry.push('app', 'main', buildTwoPlatforms({ labels: { [REVISION]: OTHER_COMMIT } }));
    const run = await runAction({ inputs: { image: main(), platforms } });
    expect(run.stdout).toContain('platforms: the list is empty.');
    expect(run.exitCode).toBe(2);
  });

  test('an entry without platform and of unknown type, which some clients start, is looked into', async () => {
    const evil = { ...buildImage({ labels: { evil: 'yes' } }), platform: undefined };
    const index = buildIndex([evil, buildImage({ platform: 'linux/arm64' })], {
      entries: (entry, at) => (at === 0 ? { ...entry, mediaType: 'application/vnd.example' } : entry),
    });
    registry.push('app', 'main', index);
    const run = await runAction({ inputs: { image: main() } });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('but it is application/vnd.oci.image.manifest.v1+json');
  });

  test('a config that two manifests share has to be of the size that each states', async () => {
    const honest = buildImage();
    const { config } = honest;
    const liar = buildImage({ manifest: { config: { ...descriptorOf(config), size: config.bytes.length + 5 } } });
    registry.push('app', 'main', buildIndex([honest, { ...liar, platform: { os: 'linux', architecture: 'arm64' } }]));
    const run = await runAction({ inputs: { image: main() } });
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('its manifest says');
  });
});
