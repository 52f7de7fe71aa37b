import { describe, expect, test } from 'vitest';
import { latestCreated } from '../../src/image/created.ts';
import { parseDescriptor } from '../../src/image/descriptor.ts';
import { DOCKER_CONFIG, isBlobType, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const entry = { mediaType: OCI_MANIFEST, digest, size: 7 };

describe('a descriptor (image-spec descriptor.md)', () => {
  test('has a media type, in lower case; only an old config may lack it', () => {
    expect(parseDescriptor({ ...entry, mediaType: 'Application/X' }, 'it').mediaType).toBe('application/x');
    expect(() => parseDescriptor({ digest, size: 7 }, 'it')).toThrow('it has no media type.');
    expect(parseDescriptor({ digest, size: 7 }, 'it', { mayLackType: true }).mediaType).toBe('');
  });

  test('may say what kind of artifact it is of', () => {
    expect(parseDescriptor(entry, 'it').artifactType).toBeNull();
    expect(parseDescriptor({ ...entry, artifactType: 'application/x' }, 'it').artifactType).toBe('application/x');
  });

  test.each([
    [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'amd64', variant: '', osVersion: '' },
    ],
    [
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      { os: 'linux', architecture: 'arm', variant: 'v6', osVersion: '' },
    ],
    [
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' },
      { os: 'windows', architecture: 'amd64', variant: '', osVersion: '10.0.1' },
    ],
    [{ os: '', architecture: 'amd64' }, null],
    [{ os: 'linux', architecture: '' }, null],
    [{}, null],
  ])('platform %j', (platform, read) => {
    expect(parseDescriptor({ ...entry, platform }, 'it').platform).toEqual(read);
  });
});

test.each([
  [OCI_CONFIG, true],
  [DOCKER_CONFIG, true],
  ['application/vnd.buildkit.cacheconfig.v0', true],
  ['application/vnd.oci.image.layer.v1.tar+gzip', true],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', true],
  [OCI_MANIFEST, false],
  [OCI_INDEX, false],
  ['', false],
])('a blob by its type: %s, %s', (mediaType, isBlob) => {
  expect(isBlobType(mediaType)).toBe(isBlob);
});

test.each([
  [[], null],
  [[null], null],
  [['no date'], null],
  [['2026-11-20T10:00:00Z'], '2026-11-20T10:00:00Z'],
  [['2026-11-21T10:00:00Z', '2026-11-20T10:00:00Z', null], '2026-11-21T10:00:00Z'],
  [['2026-11-20T10:00:00Z', '2026-11-21T10:00:00Z'], '2026-11-21T10:00:00Z'],
])('the latest date of %j', (dates, latest) => {
  const platforms = dates.map((created) => ({ configFile: { created } }));
  expect(latestCreated({ platforms } as never)).toBe(latest);
});
