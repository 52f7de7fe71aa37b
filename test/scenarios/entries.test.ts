/** Entries of an index that are not what they call themselves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts';
import {
  blobOf,
  buildImage,
  buildIndex,
  type BuiltImage,
  descriptorOf,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const fresh = buildImage();

const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const run = (tag: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: `${registry.host()}/app:${tag}`, ...inputs } });

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** An index of raw entries over images that are there. */
function pushIndex(tag: string, entries: readonly unknown[], ...images: BuiltImage[]): void {
  for (const image of [fresh, stale, ...images])
    registry.push('app', `of-${image.manifest.digest.slice(7, 17)}`, image);
  registry.putManifest('app', tag, blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }, OCI_INDEX));
}

const bare = ({ manifest }: BuiltImage, mediaType = OCI_MANIFEST): unknown => ({
  ...descriptorOf(manifest),
  mediaType,
});

const ACME = 'application/vnd.acme.image.v1+json';

const acme = (): BuiltImage => {
  const document = { ...(JSON.parse(stale.manifest.bytes.toString()) as object), mediaType: ACME };
  return { ...stale, manifest: blobOf(document, ACME) };
};

test('an entry that calls itself a layer, beside an image without a platform', async () => {
  pushIndex('main', [bare(stale, LAYER), bare(fresh)]);
  expect((await run('main')).outputs['result']).toBe('error');
});

test('an entry that calls itself a layer, beside a nested index', async () => {
  const nested = buildIndex([fresh]);
  registry.push('app', 'nested', nested);
  pushIndex('main', [bare(stale, LAYER), descriptorOf(nested.manifest)]);
  expect((await run('main')).outputs['result']).toBe('error');
});

test('an index of nothing but what calls itself a layer, and is an image', async () => {
  pushIndex('v2', [bare(stale, LAYER)]);
  registry.push('app', 'v1', fresh);
  expect((await run('v*')).outputs['result']).toBe('error');
});

test('a type that is unknown, of what has an image’s config', async () => {
  registry.push('app', 'v1', fresh);
  registry.push('app', 'v2', acme());
  expect((await run('v*')).outputs['result']).toBe('error');
});

test('the same as an entry without a platform', async () => {
  const odd = acme();
  pushIndex('main', [bare(odd, ACME), { ...descriptorOf(fresh.manifest), platform: fresh.platform }], odd);
  expect((await run('main')).outputs['result']).toBe('error');
});

test('an entry without a platform whose config is of another type, over layers of an image', async () => {
  const odd = buildImage({
    labels: { [REVISION]: OTHER_COMMIT },
    manifest: { config: { ...descriptorOf(stale.config), mediaType: 'application/vnd.acme.config.v1+json' } },
  });
  pushIndex('main', [bare(odd), { ...descriptorOf(fresh.manifest), platform: fresh.platform }], odd);
  expect((await run('main')).outputs['result']).toBe('error');
});
