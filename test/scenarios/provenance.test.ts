/** What BuildKit writes beside an image, read where labels are not: unsigned, and never called verified. */
import { describe, expect, test } from 'vitest';
import {
  blobOf,
  buildImage,
  buildIndex,
  buildProvenance,
  COMMIT,
  OTHER_COMMIT,
  type ImageOptions,
  type ProvenanceOptions,
  REVISION,
} from '../support/images.ts';
import { registry } from '../support/one-image.ts';
import { runAction, type Run } from '../support/runner.ts';

const NO_LABEL: ImageOptions = { labels: null };

/** An index of two platforms, each with its provenance. */
function push(image: ImageOptions, provenance: ProvenanceOptions = {}, arm64: ProvenanceOptions = provenance): void {
  const amd = buildImage({ ...image, platform: 'linux/amd64' });
  const arm = buildImage({ ...image, platform: 'linux/arm64' });
  registry.push('app', 'main', buildIndex([amd, arm, buildProvenance(amd, provenance), buildProvenance(arm, arm64)]));
}

const check = (inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: registry.reference('app', 'main'), ...inputs } });
const resultOf = async (inputs: Record<string, string> = {}): Promise<string | undefined> =>
  (await check(inputs)).outputs['result'];

describe('an image without a revision label', () => {
  test.each([
    ['v0.2', {}],
    ['v1', { version: 'v1' as const }],
    ['the new form', { isArtifact: true }],
    ['the new form, v1', { isArtifact: true, version: 'v1' as const }],
    ['a git context', { revision: null, context: { uri: 'https://x/app.git#main', digest: { sha1: COMMIT } } }],
  ])('%s: the commit is that of its provenance', async (_, options) => {
    push(NO_LABEL, options);
    const result = await check();
    expect(result.outputs).toMatchObject({ result: 'pass', revision: COMMIT });
    expect(result.stdout + result.summary).not.toMatch(/verified/i);
    const provenance = JSON.parse(result.outputs['provenance'] ?? '') as Record<string, unknown>;
    expect(provenance).toMatchObject({ verified: false, reason: expect.stringContaining('signer-workflow') as string });
    expect(provenance['stated']).toMatchObject({ 'linux/amd64': { revision: COMMIT } });
    // Tag, two manifests, two configs; and two requests more for each platform.
    expect(registry.requests).toHaveLength(9);
  });

  test('another commit fails, on the platform that states it', async () => {
    push(NO_LABEL, {}, { revision: OTHER_COMMIT });
    const result = await check();
    expect(result.exitCode).toBe(1);
    const [failure] = JSON.parse(result.outputs['failures'] ?? '') as { platform: string; actual: string }[];
    expect(failure).toMatchObject({ platform: 'linux/arm64', actual: OTHER_COMMIT });
    expect(result.stdout).toContain('The platforms of this image disagree');
  });

  test('-dirty is no commit', async () => {
    push(NO_LABEL, { revision: `${COMMIT}-dirty` });
    const result = await check();
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('provenance is not the commit');
    expect(result.stdout).toContain('the build had uncommitted changes');
    expect(result.outputs['revision']).toBe(`${COMMIT}-dirty`);
  });

  test.each<[string, ProvenanceOptions, string]>([
    ['another builder', { buildType: 'https://example.com/b' }, 'of the build type "https://example.com/b"'],
    ['no commit', { revision: null }, 'its provenance does not name a commit'],
    [
      'a tarball',
      { revision: null, context: { uri: 'https://x/a.tar', digest: { sha256: 'ab'.repeat(32) } } },
      'does not name a commit',
    ],
  ])('%s: absent, and the text says so', async (_, options, text) => {
    push(NO_LABEL, options);
    const result = await check();
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('does not state its revision');
    expect(result.stdout).toContain(text);
    expect(result.stdout).toContain('BUILDX_GIT_LABELS=1');
  });

  test('no attestation at all', async () => {
    registry.push('app', 'main', buildImage(NO_LABEL));
    const result = await check();
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('there is no attestation beside it');
    expect(registry.requests).toHaveLength(2);
  });

  test('contains-commit asks about the commit of the provenance', async () => {
    push(NO_LABEL);
    expect(await resultOf({ revision: 'any', 'contains-commit': COMMIT })).toBe('pass');
    push(NO_LABEL, { revision: null });
    expect(await resultOf({ revision: 'any', 'contains-commit': COMMIT })).toBe('fail');
  });
});

describe('requests', () => {
  const paths = (): string[] => registry.requests.map(({ path }) => path);
  test('an image with a label costs not one more', async () => {
    push({}, { revision: OTHER_COMMIT });
    expect(await resultOf()).toBe('pass');
    expect(paths()).toHaveLength(5);
  });

  test('nor one whose list does not reach it, nor the SBOM beside it', async () => {
    const sbom = blobOf({ spdx: 'x'.repeat(1000) }, 'application/vnd.in-toto+json');
    push(NO_LABEL, { others: [sbom] });
    expect(await resultOf({ 'revision-from': `label:${REVISION}` })).toBe('fail');
    expect(paths()).toHaveLength(5);
    expect(await resultOf()).toBe('pass');
    expect(paths().filter((path) => path.includes(sbom.digest))).toEqual([]);
  });

  test('only the platforms that need it are asked about', async () => {
    const [amd, arm] = [buildImage({}), buildImage({ ...NO_LABEL, platform: 'linux/arm64' })];
    registry.push('app', 'main', buildIndex([amd, arm, buildProvenance(amd), buildProvenance(arm)]));
    expect(await resultOf()).toBe('pass');
    expect(paths()).toHaveLength(7);
  });

  test('provenance may come first', async () => {
    push({}, { revision: OTHER_COMMIT });
    const from = `provenance, label:${REVISION}`;
    const result = await check({ 'revision-from': from });
    expect(result.outputs['result']).toBe('fail');
    expect(result.stdout).toContain(
      `linux/amd64: the image says that it is built from ${COMMIT}, the provenance beside it states ${OTHER_COMMIT}.`,
    );
  });
});

describe('provenance that is not what it seems', () => {
  test('about another image: fail, with or without a commit to expect', async () => {
    push(NO_LABEL, {}, { subject: `sha256:${'0'.repeat(64)}` });
    const result = await check();
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('linux/arm64: the provenance beside the image describes another image, sha256:000');
    expect(await resultOf({ revision: 'any' })).toBe('fail');
  });

  test('two attestations of a platform that differ: ambiguous', async () => {
    const image = buildImage(NO_LABEL);
    const two = [buildProvenance(image), buildProvenance(image, { revision: OTHER_COMMIT })];
    registry.push('app', 'main', buildIndex([image, ...two]));
    const result = await check();
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain('the index has 2 attestation manifests about');
  });

  test.each<[string, ProvenanceOptions]>([
    ['a name twice', { statementText: '{"_type":"https://in-toto.io/Statement/v1","_type":"x"}' }],
    ['no statement', { statementText: '[]' }],
    ['a text in place of a map', { context: { digest: 'x' as never } }],
  ])('%s: error, unless nothing depends on it', async (_, options) => {
    push(NO_LABEL, options);
    expect(await resultOf()).toBe('error');
    expect(await resultOf({ revision: 'any', 'contains-commit': COMMIT })).toBe('error');
    expect(await resultOf({ revision: 'any', expect: 'has(image.provenance)' })).toBe('error');
    expect(await resultOf({ revision: 'any' })).toBe('pass');
  });

  test('gone: the image is incomplete', async () => {
    const image = buildImage(NO_LABEL);
    const provenance = buildProvenance(image);
    registry.push('app', 'main', buildIndex([image, provenance]));
    registry.deleteBlob('app', provenance.blobs?.[0]?.digest as string);
    const result = await check();
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain('the provenance sha256:');
    registry.deleteManifest('app', provenance.manifest.digest);
    expect(await resultOf()).toBe('error');
  });

  test('other bytes than its digest says', async () => {
    const image = buildImage(NO_LABEL);
    const provenance = buildProvenance(image);
    registry.push('app', 'main', buildIndex([image, provenance]));
    registry.override(({ path }, response) => {
      if (!path.includes(provenance.blobs?.[0]?.digest as string)) return false;
      response.end(Buffer.alloc(provenance.blobs?.[0]?.bytes.length ?? 0, 'x'));
      return true;
    });
    expect(await resultOf()).toBe('error');
  });
});

describe('expressions see image.provenance', () => {
  test.each([
    [`image.provenance.revision == "${COMMIT}"`, 'pass'],
    ['image["provenance"].builder == "builder-1"', 'pass'],
    ['image.provenance.source == "https://github.com/acme/app.git"', 'pass'],
    ['image.provenance.entryPoint == "Dockerfile" && image.provenance.predicateType.endsWith("v0.2")', 'pass'],
    ['["provenance"].all(key, has(image.provenance) && image[key].revision != "")', 'pass'],
    [`image.provenance.revision == "${OTHER_COMMIT}"`, 'fail'],
    ['image.provenance.verified', 'fail'],
  ])('%s: %s', async (expression, result) => {
    push({});
    expect(await resultOf({ expect: expression })).toBe(result);
  });

  test('only those that ask cost requests; where label and provenance differ, a notice says so', async () => {
    push({}, { revision: OTHER_COMMIT });
    expect(await resultOf({ expect: 'image.labels.size() == 1 && image["env"].size() > 0' })).toBe('pass');
    expect(registry.requests).toHaveLength(5);
    const result = await check({ expect: 'has(image.provenance)' });
    expect(result.outputs['result']).toBe('pass');
    expect(result.stdout).toContain(`the provenance beside it states ${OTHER_COMMIT}`);
  });

  test('absent where there is none: never true', async () => {
    registry.push('app', 'main', buildImage());
    const result = await check({ expect: 'image.provenance.revision != "x"' });
    expect(result.outputs['result']).toBe('fail');
    expect(result.stdout).toContain('there is no provenance in this image');
  });
});

test('an empty label is present, and the message says what stands beside it', async () => {
  push({ labels: { [REVISION]: '' } });
  const result = await check();
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toContain('set revision-from to provenance');
  expect(await resultOf({ 'revision-from': 'provenance' })).toBe('pass');
});
