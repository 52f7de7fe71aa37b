import { describe, expect, test } from 'vitest';
import { isGitAddress, readBuildKit } from '../../src/provenance/buildkit.ts';
import { type ProvenanceOptions, predicateOf, SLSA_V02, SLSA_V1, COMMIT, OTHER_COMMIT } from '../support/images.ts';

const SHA256_COMMIT = 'a1'.repeat(32);
const TARBALL = 'b2'.repeat(32);

function read(options: ProvenanceOptions): ReturnType<typeof readBuildKit> {
  const predicateType = options.version === 'v1' ? SLSA_V1 : SLSA_V02;
  return readBuildKit({ predicateType, subjects: [], predicate: predicateOf(options) as never }, 'the provenance');
}

describe.each(['v0.2', 'v1'] as const)('SLSA %s', (version) => {
  const git = { uri: 'https://github.com/acme/app.git#main', digest: { sha1: OTHER_COMMIT } };
  test.each<[string, ProvenanceOptions, string | null]>([
    ['what the client says', {}, COMMIT],
    ['with its suffix', { revision: `${COMMIT}-dirty` }, `${COMMIT}-dirty`],
    ['nothing', { revision: null }, null],
    ['an empty text', { revision: '' }, null],
    ['a git context, before the client', { context: git }, OTHER_COMMIT],
    ['of SHA-256', { context: { ...git, digest: { sha256: SHA256_COMMIT } } }, SHA256_COMMIT],
    ['whose SHA-256 is none', { context: { ...git, digest: { sha256: 'a1' } } }, COMMIT],
    ['a git context without a digest', { context: { uri: git.uri } }, COMMIT],
    ['a tarball', { context: { uri: 'https://example.com/app.tar.gz', digest: { sha256: TARBALL } } }, COMMIT],
    ['a tarball alone', { revision: null, context: { uri: 'https://x/app.tar', digest: { sha256: TARBALL } } }, null],
    ['a digest without an address', { revision: null, context: { digest: { sha1: OTHER_COMMIT } } }, null],
  ])('%s', (_, options, revision) => {
    expect(read({ ...options, version })).toMatchObject({ revision });
  });

  test('all facts', () => {
    expect(read({ version })).toEqual({
      predicateType: version === 'v1' ? SLSA_V1 : SLSA_V02,
      buildType: expect.stringContaining('buildkit') as string,
      builder: 'builder-1',
      revision: COMMIT,
      source: 'https://github.com/acme/app.git',
      entryPoint: 'Dockerfile',
    });
    expect(read({ version, context: git })).toMatchObject({ source: git.uri });
    const tarball = { uri: 'https://example.com/app.tar', digest: { sha256: TARBALL } };
    expect(read({ version, revision: null, context: tarball })).toMatchObject({ source: tarball.uri });
  });

  test('another builder: its build type', () => {
    expect(read({ version, buildType: 'https://example.com/other' })).toBe('https://example.com/other');
  });

  test('materials are never asked', () => {
    const predicate = predicateOf({ version, revision: null }) as Record<string, Record<string, unknown>>;
    const material = [{ uri: 'https://github.com/acme/app.git', digest: { sha1: COMMIT } }];
    Object.assign(predicate, { materials: material });
    Object.assign(predicate['buildDefinition'] ?? {}, { resolvedDependencies: material });
    const predicateType = version === 'v1' ? SLSA_V1 : SLSA_V02;
    expect(readBuildKit({ predicateType, subjects: [], predicate: predicate as never }, 'it')).toMatchObject({
      revision: null,
    });
  });

  test('a predicate without anything has no build type', () => {
    const predicateType = version === 'v1' ? SLSA_V1 : SLSA_V02;
    for (const predicate of [undefined, null, {}] as const)
      expect(readBuildKit({ predicateType, subjects: [], predicate }, 'it')).toBe('');
  });

  test.each<[string, ProvenanceOptions, string]>([
    ['a revision that is no text', { revision: 7 as never }, 'revision in'],
    ['a revision of two kilobytes and more', { revision: 'x'.repeat(2049) }, 'has 2049 characters'],
    [
      'a commit of two kilobytes and more',
      { context: { uri: 'https://github.com/acme/app.git', digest: { sha1: 'a'.repeat(2049) } } },
      'sha1 in the provenance has 2049 characters',
    ],
    ['a context that is a text', { context: { digest: 'x' as never } }, 'digest'],
  ])('%s is malformed', (_, options, message) => {
    expect(() => read({ ...options, version })).toThrow(message);
  });
  test('a revision of two kilobytes is read', () => {
    expect(read({ version, revision: 'x'.repeat(2048) })).toMatchObject({ revision: 'x'.repeat(2048) });
  });
});

describe('an address of git', () => {
  test.each([
    'git://127.0.0.1/app.git#main',
    'git://example.com/app',
    'ssh://git@example.com/acme/app',
    'git@github.com:acme/app.git#main:folder',
    'git@github.com:acme/app',
    'alice@example.com:app.git',
    'https://github.com/acme/app.git',
    'https://github.com/acme/app.git#refs/heads/main:docker',
    'https://github.com/acme/app.git?ref=main',
    'http://localhost:3000/app.git#c0ffee',
    'github.com/acme/app.git#main',
    'https://user:word@github.com/acme/app.git#main',
    'HTTPS://github.com/acme/app.git',
    'http://[::1]:3000/app.git',
    'git.example.com:8443/acme/app.git',
  ])('%s', (uri) => expect(isGitAddress(uri)).toBe(true));

  test.each([
    'https://example.com/app.tar.gz',
    'https://example.com/app.tar#.git',
    'https://example.com/app.tar#x.git',
    'https://example.com/app.tar?x=/a.git',
    'https://example.com/app.git/archive.tar',
    'https://example.git',
    'https://user@example.com/app.tar',
    'ftp://example.com/app.git',
    'docker-image://acme/app.git',
    'xgit://example.com/app',
    'https://example.com/app.gitx',
    'github.com/acme/app',
    'alpine@sha256:abcdef',
    'oci-layout:app/x.git:1',
    '',
  ])('not %s', (uri) => expect(isGitAddress(uri)).toBe(false));
});
