/** Signed provenance, as a workflow asks for it: what counts, where it is found, and what the reports say. */
import { compress } from 'snappyjs';
import { describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { json } from '../support/internet.ts';
import {
  attestations,
  check,
  expectError,
  expectFail,
  expectPass,
  githubAnswers,
  GITHUB_TOKEN,
  internet,
  ownInstance,
  provenanceOf,
  publicInstance,
  push,
  putOnGitHub,
  registry,
  STORAGE,
} from '../support/signed-image.ts';
import { RUN, SIGNER } from '../support/signing.ts';

const signed = buildImage();
const unlabelled = buildImage({ labels: null });
const index = buildTwoPlatforms({ labels: null });

describe('a signature that counts', () => {
  test('on GitHub: facts in the log, the summary and the outputs', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(provenanceOf(result)).toMatchObject({
      verified: true,
      revision: COMMIT,
      signer: SIGNER,
      run: RUN,
      found: 'on GitHub for acme/app',
      instance: 'sigstore.dev',
    });
    expect(result.stdout).toContain(`signed: a run of "${SIGNER}" about commit "${COMMIT}" signed this digest`);
    expect(result.summary).toContain('|signed by|run|about commit|');
    expect(result.summary).toContain(SIGNER);
    expect(result.report).toMatchObject({ images: [{ provenance: { verified: true, signer: SIGNER } }] });
    const [list] = internet.requests;
    expect(list?.path).toBe(`/repos/acme/app/attestations/${digest}`);
    expect(list?.query.get('predicate_type')).toBe('https://slsa.dev/provenance/v1');
    expect(list?.query.get('per_page')).toBe('30');
    expect(list?.headers.authorization).toContain(GITHUB_TOKEN);
  });

  test.each(['api', 'tag', 'empty'] as const)('in the registry, referrers: %s', async (referrers) => {
    Object.assign(registry.options, { referrers });
    const digest = push(signed);
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(provenanceOf(result).found).toContain('(referrers, tag sha256-');
  });

  test('in both, once', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    registry.attach('app', signed.manifest, bundle);
    putOnGitHub(digest, bundle);
    expectPass(await check());
  });

  test('by the instance of private repositories', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await ownInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(provenanceOf(result)).toMatchObject({ instance: 'GitHub, Inc.' });
  });

  test('by an address of storage: snappy, and no token of ours', async () => {
    const digest = push(signed);
    const body = compress(new Uint8Array(Buffer.from(JSON.stringify(await publicInstance.sign(digest)))));
    internet.site(STORAGE, (_, response) => void response.end(Buffer.from(body)));
    attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/b?sig=x` }]);
    expectPass(await check());
    expect(internet.requests.map(({ host }) => host)).toContain(STORAGE);
  });

  test('the address is left alone where something else counts', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    attestations.get(`acme/app ${digest}`)?.unshift({ bundle: null, bundle_url: `https://${STORAGE}/b` });
    expectPass(await check());
    expect(internet.requests.map(({ host }) => host)).not.toContain(STORAGE);
  });

  test('an image that states no revision is fine, and its revision is what was signed', async () => {
    const digest = push(unlabelled);
    putOnGitHub(digest, await publicInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(result.outputs['revision']).toBe(COMMIT);
  });

  test('revision: any, with a workflow and its ref: the commit that was signed becomes the image’s', async () => {
    const digest = push(unlabelled);
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT } }));
    const named = { revision: 'any', 'signer-workflow': 'ACME/app/.github/workflows/build.yml@refs/heads/main' };
    const result = await check(named);
    expectPass(result);
    expect(result.outputs['revision']).toBe(OTHER_COMMIT);
    expectPass(await check({ ...named, 'contains-commit': OTHER_COMMIT }));
  });

  test('auto: any workflow of this repository', async () => {
    const digest = push(signed);
    const signer = 'https://github.com/acme/app/.github/workflows/other.yaml@refs/pull/1/merge';
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 9: signer } }));
    expectPass(await check({ 'signer-workflow': 'auto' }));
  });

  test('a reusable builder in another repository, with its ref', async () => {
    const digest = push(signed);
    const builder = 'acme/builder/.github/workflows/docker.yml@refs/tags/v1';
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 9: `https://github.com/${builder}` } }));
    expectPass(await check({ 'signer-workflow': builder }));
    expectFail(await check({ 'signer-workflow': builder.replace('v1', 'v2') }), 'which signer-workflow does not list');
  });

  test('another source repository, with an explicit revision', async () => {
    const digest = push(signed);
    const source = 'https://github.com/acme/other';
    const signer = `${source}/.github/workflows/build.yml@refs/heads/main`;
    const bundle = await publicInstance.sign(digest, { extensions: { 9: signer, 12: source, 15: '99' } });
    putOnGitHub(digest, bundle, 'acme/other');
    const inputs = { 'source-repository': 'Acme/Other', revision: COMMIT, 'signer-workflow': 'auto' };
    attestations.set(`Acme/Other ${digest}`, attestations.get(`acme/other ${digest}`) ?? []);
    expectPass(await check(inputs));
  });

  test('each platform by itself, checked or not', async () => {
    push(index);
    for (const { manifest } of index.children.slice(0, 2))
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    expectPass(await check());
    expectPass(await check({ platforms: 'linux/arm64' }));
  });

  test('a layout asks GitHub alone', async () => {
    const { writeLayout } = await import('../support/docker-registry.ts');
    const { mkdtempSync, rmSync } = await import('node:fs');
    const place = mkdtempSync('/tmp/assert-image-signed-layout-');
    const built = buildImage({ manifest: { layers: [] } });
    writeLayout(place, { main: built });
    putOnGitHub(built.manifest.digest, await publicInstance.sign(built.manifest.digest));
    expectPass(await check({ image: `oci-layout:${place}:main` }));
    rmSync(place, { recursive: true });
    expect(registry.requests).toEqual([]);
  });

  test('it comes while we wait', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    let looks = 0;
    githubAnswers((_, response) => {
      looks += 1;
      if (looks === 1) return json(response, 404, { message: 'Not Found' });
      json(response, 200, { attestations: [{ bundle }] });
    });
    const result = await check({ 'wait-timeout': '20s' });
    expectPass(result);
    expect(result.stdout).toContain('waiting, look 1');
  });
});

describe('none that counts', () => {
  test('none at all: where it was looked, and what to do', async () => {
    const digest = push(signed);
    const result = await check();
    expectFail(
      result,
      `no signed provenance for ${digest}: none in ${registry.host()}/app (referrers, tag sha256-`,
      'none on GitHub for acme/app. Let the build run actions/attest with subject-digest of this image',
    );
    expect(provenanceOf(result).reason).toContain('no signed provenance');
  });

  test('a key of cosign, in its older format', async () => {
    const digest = push(signed);
    registry.putManifest('app', `${digest.replace(':', '-')}.att`, buildImage().manifest);
    expectFail(await check(), 'the signature is by a key, or in cosign', '.att), which is not read here');
  });

  test('about the attestation manifest, as docker/github-builder signs', async () => {
    push(index);
    const beside = index.children[2]?.manifest as typeof signed.manifest;
    registry.attach('app', beside, await publicInstance.sign(beside.digest));
    expectFail(await check(), `Something is signed about the attestation manifest ${beside.digest}`);
  });

  test('for another commit', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT } }));
    expectFail(
      await check(),
      `the provenance is signed, but for commit ${OTHER_COMMIT}; expected ${COMMIT} (run ${RUN})`,
    );
  });

  test('the label says another commit than the signature', async () => {
    const digest = push(buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    putOnGitHub(digest, await publicInstance.sign(digest));
    const text = `the label says ${OTHER_COMMIT}, the signed provenance ${COMMIT}: the label is not true for this run.`;
    expectFail(await check(), text);
    const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
    expectFail(await check(named), text);
  });

  test('one platform is signed, and another is not, although it is not checked', async () => {
    push(index);
    const [amd64, arm64] = index.children;
    const digest = amd64?.manifest.digest as string;
    putOnGitHub(digest, await publicInstance.sign(digest));
    const text = `1 of the 2 manifests of the index are signed, and the output pins all of them: not signed is ${arm64?.manifest.digest}`;
    expectFail(await check({ platforms: 'linux/amd64' }), text);
  });

  test('platforms signed for different commits', async () => {
    push(index);
    const [amd64, arm64] = index.children.map(({ manifest }) => manifest.digest) as string[] as [string, string];
    putOnGitHub(amd64, await publicInstance.sign(amd64));
    putOnGitHub(arm64, await publicInstance.sign(arm64, { extensions: { 13: OTHER_COMMIT } }));
    const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
    expectFail(await check(named), 'the platforms are signed for different commits');
  });

  test('the child of an index that was attested', async () => {
    const digest = push(index);
    const child = index.children[0]?.manifest as typeof signed.manifest;
    const bundle = await publicInstance.sign(digest);
    putOnGitHub(digest, bundle);
    putOnGitHub(child.digest, bundle);
    const image = `${registry.host()}/app@${child.digest}`;
    expectFail(await check({ image }), `it is signed, but about ${digest}`, 'Is that the index of this image?');
  });

  test('of an instance that is not known: the command that makes its root', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await ownInstance.sign(digest));
    const result = await check({ 'trusted-root': 'auto' });
    expectFail(result, 'signed by an instance that is not known here', 'gh attestation trusted-root');
    expect(result.stdout).toContain("Sigstore's trusted root could not be refreshed");
  });

  test('the rest is listed beside the nearest', async () => {
    const digest = push(signed);
    putOnGitHub(digest, { no: 'bundle' });
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT } }));
    const result = await check();
    expectFail(result, 'the provenance is signed, but for commit');
    expect(provenanceOf(result).rejected?.map(({ reason }) => reason)).toEqual([
      'it cannot be read as a Sigstore bundle.',
      expect.stringContaining('but for commit') as string,
    ]);
    attestations.clear();
    putOnGitHub(digest, { no: 'bundle' });
    expectFail(await check(), 'it cannot be read as a Sigstore bundle.');
  });
});

describe('a place that cannot be asked', () => {
  test.each<[number, string]>([
    [401, 'GitHub refused the list of attestations (401)'],
    [403, 'GitHub refused the list of attestations (403). Give the job permissions: attestations: read'],
  ])('GitHub answers %s: error, or a notice where the registry has one', async (status, text) => {
    const digest = push(signed);
    githubAnswers((_, response) => json(response, status, { message: 'no' }));
    expectError(await check(), text);
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(result.stdout).toContain('not everywhere could be looked for signed provenance: GitHub refused');
  });

  test('GitHub answers 500: error, and the wait goes on', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    let asked = 0;
    githubAnswers((_, response) => {
      asked += 1;
      // Four tries of the first look.
      if (asked <= 4) return json(response, 500, {});
      json(response, 200, { attestations: [{ bundle }] });
    });
    expectPass(await check({ 'wait-timeout': '40s' }));
  });

  test('403 ends the wait', async () => {
    push(signed);
    githubAnswers((_, response) => json(response, 403, { message: 'no' }));
    const result = await check({ 'wait-timeout': '30s' });
    expectError(result);
    expect(result.seconds).toBeLessThan(15);
  });

  test('a 404 for another repository may hide what is there', async () => {
    push(signed);
    const inputs = { 'source-repository': 'acme/other', revision: COMMIT, 'signer-workflow': 'auto' };
    expectError(await check(inputs), 'GitHub does not show the attestations of acme/other to this token (404)');
  });

  test.each([401, 403])('the registry answers %s', async (status) => {
    const digest = push(signed);
    registry.override(({ path }, response) => {
      if (!path.includes('/referrers/')) return false;
      response.writeHead(status).end('{}');
      return true;
    });
    expectError(await check(), 'the attestations of');
    putOnGitHub(digest, await publicInstance.sign(digest));
    expectPass(await check());
  });

  test('a list that is no list is one that is not there', async () => {
    const digest = push(signed);
    registry.override(({ path }, response) => {
      if (!path.includes('/referrers/')) return false;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      return true;
    });
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    expectPass(await check());
  });

  test('more attestations than are read, and none of them counts', async () => {
    const digest = push(signed);
    const wrong = await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT } });
    attestations.set(
      `acme/app ${digest}`,
      Array.from({ length: 31 }, () => ({ bundle: wrong })),
    );
    expectError(await check(), 'there are more attestations on GitHub for acme/app than the');
    attestations.get(`acme/app ${digest}`)?.unshift({ bundle: await publicInstance.sign(digest) });
    expectPass(await check());
  });

  test.each<[string, (body: Buffer) => Buffer, string]>([
    ['that is not snappy', () => Buffer.from('no'), 'cannot be decompressed'],
    [
      'that says it is huge',
      () => Buffer.from([0x80, 0x80, 0x80, 0x04, 0x00]),
      'has more than 4194304 bytes; it was not read',
    ],
  ])('an attestation in storage %s', async (_, body, text) => {
    const digest = push(signed);
    internet.site(STORAGE, (__, response) => void response.end(body(Buffer.alloc(0))));
    attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/b` }]);
    const result = await check();
    expect(result.stdout).toContain(text);
    expect(result.outputs['result']).not.toBe('pass');
  });

  test.each(['http://storage.example/b', 'https://user:pw@storage.example/b', 'file:///etc/passwd', 'x'])(
    'the address of storage %s is not followed',
    async (address) => {
      const digest = push(signed);
      attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: address }]);
      expectError(await check(), 'GitHub named storage by an address that is none');
    },
  );

  test('a trusted root that is badly signed', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    internet.site('tuf-repo-cdn.sigstore.dev', ({ path }, response) => {
      if (path.endsWith('root.json')) return json(response, 404, {});
      json(response, 200, {
        signed: {
          _type: 'timestamp',
          version: 1,
          spec_version: '1.0',
          expires: '2099-01-01T00:00:00Z',
          meta: { 'snapshot.json': { version: 1 } },
        },
        signatures: [],
      });
    });
    const result = await check({ 'trusted-root': 'auto', 'wait-timeout': '20s' });
    expectError(result, 'the repository of trusted roots is not to be trusted');
    expect(result.seconds).toBeLessThan(10);
  });
});

describe('expressions see what was signed', () => {
  test.each([
    ['provenance.runner == "github-hosted" && provenance.trigger == "push"', 'pass'],
    [`provenance.revision == "${COMMIT}" && provenance.ref == "refs/heads/main"`, 'pass'],
    [`provenance.source == "https://github.com/acme/app" && provenance.visibility == "public"`, 'pass'],
    ['provenance.signerDigest != "" && provenance.config != "" && provenance.run != ""', 'pass'],
    ['provenance.runner == "self-hosted"', 'fail'],
    ['provenance.environment == "production"', 'fail'],
    ['!has(provenance.environment)', 'pass'],
    ['provenance.issuer != ""', 'fail'],
  ])('%s: %s', async (expression, expected) => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    expect((await check({ expect: expression })).outputs['result']).toBe(expected);
  });

  test('of several that count, one that holds is chosen', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 23: 'production' } }));
    expectPass(await check({ expect: 'provenance.environment == "production"' }));
    expectPass(await check({ expect: '!has(provenance.environment)' }));
  });

  test('without signer-workflow there is none, and none is never true', async () => {
    push(signed);
    for (const expression of ['provenance.runner != "x"', '!has(provenance.runner)', '!("runner" in provenance)']) {
      const result = await check({ 'signer-workflow': 'none', 'trusted-root': 'auto', expect: expression });
      expect(result.outputs['result']).toBe('fail');
    }
  });
});

describe('notices', () => {
  test.each<[string, Record<number, string | null>, Record<string, string>, string]>([
    ['a self-hosted runner', { 11: 'self-hosted' }, {}, 'signed on a "self-hosted" runner'],
    ['workflow_dispatch', { 20: 'workflow_dispatch' }, {}, 'a run for workflow_dispatch'],
    ['repository_dispatch', { 20: 'repository_dispatch' }, {}, 'a run for repository_dispatch'],
    ['a trigger of others, by a named workflow', { 20: 'pull_request_target' }, {}, 'a run for pull_request_target'],
  ])('%s', async (_, extensions, inputs, text) => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions }));
    const result = await check(inputs);
    expectPass(result);
    expect(result.stdout).toContain(text);
  });
});
