/** Signed provenance under attack: what a place, a bundle or a platform must not get away with. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { compress } from 'snappyjs';
import { describe, expect, test } from 'vitest';
import {
  buildImage,
  buildIndex,
  buildProvenance,
  buildTwoPlatforms,
  COMMIT,
  OTHER_COMMIT,
  REVISION,
} from '../support/images.ts';
import { json } from '../support/internet.ts';
import {
  attestations,
  check,
  expectError,
  expectFail,
  expectPass,
  githubAnswers,
  internet,
  provenanceOf,
  publicInstance,
  push,
  putOnGitHub,
  registry,
  STORAGE,
} from '../support/signed-image.ts';

const signed = buildImage();
const index = buildTwoPlatforms({ labels: null });

describe('what a place must not get away with', () => {
  const older = buildImage({ created: '2026-01-01T00:00:00Z' });
  const newer = buildImage({ created: '2026-02-01T00:00:00Z' });
  /** Both are signed, and something is wrong with what is said of the newest. */
  async function newest(break_: () => void, inputs: Record<string, string> = {}): Promise<string | undefined> {
    registry.push('app', 'v1', older);
    registry.push('app', 'v2', newer);
    for (const { manifest } of [older, newer]) putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    break_();
    const result = await check({ image: `${registry.host()}/app:v*`, require: 'any', ...inputs });
    expect(result.outputs['digest']).not.toBe(result.outputs['result'] === 'pass' ? older.manifest.digest : 'x');
    return result.outputs['result'];
  }
  const onGitHub =
    (answer: (response: ServerResponse) => void): (() => void) =>
    () =>
      githubAnswers(({ path }, response) => {
        const digest = decodeURIComponent(path.split('/').at(-1) ?? '');
        if (digest === newer.manifest.digest) return answer(response);
        json(response, 200, { attestations: attestations.get(`acme/app ${digest}`) ?? [] });
      });

  test.each<[string, (response: ServerResponse) => void]>([
    ['hangs', () => {}],
    ['is 403', (response) => json(response, 403, {})],
    ['is a web page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['is no list', (response) => json(response, 200, {})],
    ['is a list of nothing', (response) => json(response, 200, { attestations: [null] })],
    [
      'is a list of items with nothing in them',
      (response) => json(response, 200, { attestations: [{ bundle: null }] }),
    ],
    ['is cut', (response) => void response.writeHead(200, { 'content-length': '40' }).end('{"attestations":[')],
    [
      'has another page, of which a second header tells',
      (response) =>
        void response
          .writeHead(
            200,
            [
              ['link', '</p1>; rel="prev"'],
              ['link', '</p2>; rel=next'],
            ].flat(),
          )
          .end(JSON.stringify({ attestations: [] })),
    ],
    ['leads elsewhere', (response) => void response.writeHead(302, { location: 'https://ghcr.io/login' }).end()],
    ['is 422', (response) => json(response, 422, {})],
  ])('GitHub’s list of the newest image %s: no older one is chosen', async (_, answer) => {
    expect(await newest(onGitHub(answer), { timeout: '4s' })).toBe('error');
  });

  const onRegistry =
    (part: string, answer: (response: ServerResponse) => void): (() => void) =>
    () => {
      attestations.delete(`acme/app ${newer.manifest.digest}`);
      registry.override(({ path }, response) => {
        const isNewer = path.includes(newer.manifest.digest) || path.includes(newer.manifest.digest.replace(':', '-'));
        if (!isNewer || !new RegExp(part).test(path)) return false;
        answer(response);
        return true;
      });
    };
  const list =
    (headers: Record<string, string>, manifests: unknown[] = []) =>
    (response: ServerResponse) =>
      void response
        .writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', ...headers })
        .end(JSON.stringify({ schemaVersion: 2, manifests }));
  test.each<[string, string, (response: ServerResponse) => void]>([
    ['list hangs', '/referrers/', () => {}],
    ['list has another page', '/referrers/', list({ link: '</v2/app/referrers/x?n=1>; rel="next"' })],
    ['list has another page, without quotes', '/referrers/', list({ link: '</v2/app/referrers/x?n=1>; rel=next' })],
    ['tag has another page', '/manifests/sha256-', list({ link: '</x>; rel="next"' })],
    ['tag is a web page', '/manifests/sha256-', (response) => void response.writeHead(200).end('<html>')],
    ['tag is 410', '/manifests/sha256-', (response) => void response.writeHead(410).end('{}')],
    [
      'tag is denied by a 404',
      '/manifests/sha256-',
      (response) => json(response, 404, { errors: [{ code: 'DENIED' }] }),
    ],
    [
      'list is too large',
      '/referrers/',
      (response) =>
        list(
          {},
          Array.from({ length: 60_000 }, () => 1),
        )(response),
    ],
  ])('the registry’s %s: no older one is chosen', async (_, part, answer) => {
    expect(await newest(onRegistry(part, answer), { timeout: '4s' })).toBe('error');
  });

  test('an attestation manifest that cannot be read', async () => {
    const bare = buildImage({ labels: null, created: '2026-03-01T00:00:00Z' });
    const beside = buildProvenance(bare);
    registry.push('app', 'v3', buildIndex([bare, beside]));
    registry.deleteManifest('app', beside.manifest.digest);
    expect(await newest(() => {})).toBe('error');
  });

  test.each<[string, (bundle: Record<string, unknown>) => void]>([
    [
      'thousands of log entries',
      (bundle) => {
        const material = bundle['verificationMaterial'] as Record<string, unknown[]>;
        const [entry] = material['tlogEntries'] as object[];
        material['tlogEntries'] = Array.from({ length: 40 }, (_, at) => ({
          ...entry,
          integratedTime: String(at + 1),
        }));
      },
    ],
  ])('%s do not hold it up', async (_, forge) => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    forge(bundle);
    putOnGitHub(digest, bundle);
    const result = await check();
    expectFail(result, 'it has more than 8 log entries or timestamps');
    expect(result.seconds).toBeLessThan(5);
  });

  test.skipIf(process.platform !== 'linux')(
    'lists of megabytes for eight images at once do not fill the memory',
    // When the garbage is collected is up to V8: 210 to 250 MiB.
    { retry: 2 },
    async () => {
      const tags = Array.from({ length: 8 }, (_, at) => `v${at}`);
      for (const [at, tag] of tags.entries())
        registry.push('app', tag, buildImage({ created: `2026-01-0${at + 1}T00:00:00Z` }));
      const junk = Array.from({ length: 7 }, (_, at) => ({ bundle: { junk: '€'.repeat(370_000), at } }));
      githubAnswers((_, response) => json(response, 200, { attestations: junk }));
      const image = tags.map((tag) => registry.reference('app', tag)).join('\n');
      const result = await check({ image }, { measuresMemory: true });
      expect(result.outputs['result']).toBe('fail');
      expect(result.peakMiB).toBeLessThanOrEqual(256);
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'bundles of 3.9 MiB in storage, of twelve images at once, do not fill the memory',
    { retry: 2 },
    async () => {
      const text = randomBytes(Math.floor(3.9 * 1024 * 1024 * 0.74)).toString('base64');
      const body = Buffer.from(compress(new Uint8Array(Buffer.from(JSON.stringify({ text })))));
      internet.site(STORAGE, (_, response) => void response.end(body));
      for (let at = 0; at < 12; at += 1) {
        const built = buildImage({ labels: { [REVISION]: COMMIT, at: String(at) } });
        registry.push('app', `v${at}`, built);
        const items = Array.from({ length: 3 }, (_, n) => ({ bundle_url: `https://${STORAGE}/${at}-${n}` }));
        attestations.set(`acme/app ${built.manifest.digest}`, items);
      }
      const result = await check({ image: `${registry.host()}/app:v*`, timeout: '20s' }, { measuresMemory: true });
      expect(result.outputs['result']).toBe('fail');
      expect(result.peakMiB).toBeLessThanOrEqual(256);
    },
  );

  test('six bytes from storage do not hold it up', async () => {
    const digest = push(signed);
    internet.site(STORAGE, (_, response) => void response.end(Buffer.from([5, 0xfc, 0xfa, 0xff, 0xff, 0xff])));
    attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/b` }]);
    expectFail(await check(), 'cannot be decompressed');
  });

  test('a referrer that claims to be large hides no other', async () => {
    const digest = push(signed);
    registry.attach('app', signed.manifest, { junk: true }, { entry: { size: 20_000_000 } });
    registry.attach('app', signed.manifest, { junk: 'x'.repeat(3_900_000) });
    registry.attach('app', signed.manifest, { junk: 'y'.repeat(3_900_000) });
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    const result = await check();
    expectPass(result);
    expect(result.stdout).toContain('has 20000000 bytes; it was not read');
  });

  test('an entry that cannot be read hides no other', async () => {
    const digest = push(signed);
    registry.attach('app', signed.manifest, {}, { entry: { size: -1 } });
    expectFail(await check(), 'size in entry 1');
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    expectPass(await check());
  });

  test('a password in the name of a workflow is redacted before the reason is cut', async () => {
    const digest = push(signed);
    const password = 'correct-horse-battery-staple-correct-horse-battery-staple';
    const file = `https://github.com/evil/app/.github/workflows/${'a'.repeat(320)}${password}.yml@refs/heads/main`;
    putOnGitHub(digest, await publicInstance.sign(digest, { extensions: { 9: file } }));
    const result = await check({ username: 'acme', password });
    expectFail(result, 'signed by evil/app/.github/workflows/a');
    const [rejected] = provenanceOf(result).rejected ?? [];
    expect(rejected?.reason).toContain('aaa');
    // The runner has to be told what to mask.
    const told = JSON.stringify(result).replace(`::add-mask::${password}`, '');
    expect(told).not.toContain('correct-horse');
  });

  test('an item of GitHub’s list that is none hides no other', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    for (const item of [null, [], 'x', { bundle: 'x' }]) attestations.get(`acme/app ${digest}`)?.unshift(item);
    expectPass(await check());
    githubAnswers((_, response) => json(response, 200, { attestations: [null] }));
    expectError(await check(), 'by an address that is none');
  });

  test('a referrer about something else, or with two bundles, does not count', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    const subject = { digest: `sha256:${'0'.repeat(64)}` };
    registry.attach('app', signed.manifest, bundle, { subject });
    expectFail(await check(), 'no signed provenance for');
    registry.attach('app', signed.manifest, bundle, { artifactType: 'application/vnd.example' });
    expectFail(await check(), 'no signed provenance for');
    const layers = [0, 1].map((size) => ({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', digest, size }));
    registry.attach('app', signed.manifest, bundle, { manifest: { layers } });
    expectFail(await check(), 'does not hold exactly one bundle');
  });

  test('a forgery of a bundle does not hide it', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    const forged = {
      ...bundle,
      verificationMaterial: { ...(bundle['verificationMaterial'] as object), tlogEntries: [] },
    };
    putOnGitHub(digest, { ...forged, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' });
    putOnGitHub(digest, bundle);
    expectPass(await check());
  });

  test('a registry that hangs delays what GitHub has by no more than a moment', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    registry.override(({ path }) => path.includes('/referrers/'));
    const result = await check({ timeout: '8s' });
    expectPass(result);
    expect(result.seconds).toBeLessThan(5);
    expect(result.stdout).toContain('did not answer in time about the provenance');
  });

  test('a hint that hangs changes nothing', async () => {
    push(signed);
    registry.override(({ path }) => path.endsWith('.att'));
    expectFail(await check({ timeout: '10s' }), 'no signed provenance for');
  });

  test('registry 403 with retry-after: the wait goes on', async () => {
    const digest = push(signed);
    let asked = 0;
    registry.override(({ path }, response) => {
      if (!path.includes('/referrers/')) return false;
      asked += 1;
      if (asked > 1) return false;
      response.writeHead(403, { 'retry-after': '1' }).end('{}');
      return true;
    });
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    expectPass(await check({ 'wait-timeout': '30s' }));
  });

  test('what will not change ends the wait, even if something else may change', async () => {
    push(signed);
    registry.override(({ path }, response) => {
      if (!path.includes('/referrers/')) return false;
      response.writeHead(500).end('{}');
      return true;
    });
    githubAnswers((_, response) => json(response, 403, {}));
    const result = await check({ 'wait-timeout': '60s' });
    expectError(result, 'GitHub refused');
    expect(result.seconds).toBeLessThan(30);
  });

  test('a revision that is stated, and cannot be read, with any commit', async () => {
    const bare = buildImage({ labels: null });
    const two = [OTHER_COMMIT, COMMIT].map((revision) => buildProvenance(bare, { revision }));
    const digest = push(buildIndex([bare, ...two]));
    putOnGitHub(digest, await publicInstance.sign(digest));
    const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
    expect((await check(named)).outputs['result']).toBe('error');
  });

  test('a contradiction, while another place cannot be asked', async () => {
    const digest = push(buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    registry.attach(
      'app',
      buildImage({ labels: { [REVISION]: OTHER_COMMIT } }).manifest,
      await publicInstance.sign(digest),
    );
    githubAnswers((_, response) => json(response, 403, {}));
    const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
    expectError(await check(named), 'GitHub refused');
  });

  test('of two that count, one contradicts the label', async () => {
    const digest = push(signed);
    putOnGitHub(
      digest,
      await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT, 21: 'https://github.com/x' } }),
    );
    putOnGitHub(digest, await publicInstance.sign(digest));
    const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
    const result = await check(named);
    expectPass(result);
    expect(provenanceOf(result).revision).toBe(COMMIT);
  });

  test('a proof of a log, and neither its promise nor a clock: no time is known', async () => {
    const digest = push(signed);
    const bundle = await publicInstance.sign(digest);
    const [entry] = (bundle['verificationMaterial'] as { tlogEntries: Record<string, unknown>[] }).tlogEntries;
    delete entry?.['inclusionPromise'];
    putOnGitHub(digest, bundle);
    expectFail(await check(), 'expected 1 timestamps, got 0');
  });

  test('an image that is missing was not judged', async () => {
    expect(provenanceOf(await check()).reason).toContain('the image could not be judged');
  });
});

describe('each platform by its own signature', () => {
  const GOOD = {};
  const BAD = { 11: 'self-hosted', 20: 'pull_request_target', 23: 'evil' };
  async function sign(...platforms: Record<number, string>[]): Promise<void> {
    push(index);
    for (const [at, extensions] of platforms.entries()) {
      const digest = index.children[at]?.manifest.digest as string;
      putOnGitHub(digest, await publicInstance.sign(digest, { extensions }));
    }
  }
  const hosted = { expect: 'provenance.runner == "github-hosted"' };

  test('expressions see that of their platform, notices tell of all', async () => {
    await sign(GOOD, BAD);
    const result = await check();
    expectPass(result);
    expect(result.stdout).toContain('a "self-hosted" runner');
    expect(result.stdout).toContain('a run for pull_request_target');
    const expected = await check(hosted);
    expect(expected.outputs['result']).toBe('fail');
    expect(expected.stdout).toContain(
      '✗ linux/arm64: provenance.runner == "github-hosted" is false; provenance.runner is "self-hosted"',
    );
    expect((await check({ ...hosted, platforms: 'linux/arm64' })).outputs['result']).toBe('fail');
    expect((await check({ ...hosted, platforms: 'linux/amd64' })).outputs['result']).toBe('pass');
  });
  test('of two about one platform, the one that holds is chosen', async () => {
    await sign(GOOD, BAD);
    const digest = index.children[1]?.manifest.digest as string;
    putOnGitHub(digest, await publicInstance.sign(digest));
    expectPass(await check(hosted));
  });
  test('by different workflows', async () => {
    await sign(GOOD, { 9: 'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/other' });
    expectFail(await check(), 'or by different workflows');
  });
  test('a place that could not be asked about one is told', async () => {
    await sign(GOOD, GOOD);
    githubAnswers(({ path }, response) => {
      const digest = decodeURIComponent(path.split('/').at(-1) ?? '');
      const found = attestations.get(`acme/app ${digest}`);
      if (!found) return json(response, 403, {});
      json(response, 200, { attestations: found });
    });
    const result = await check();
    expectPass(result);
    expect(result.stdout).toContain('not everywhere could be looked for signed provenance');
  });
  test('one that cannot be looked up is not one that is unsigned', async () => {
    await sign(GOOD);
    const last = index.children[1]?.manifest.digest as string;
    githubAnswers(({ path }, response) => {
      const digest = decodeURIComponent(path.split('/').at(-1) ?? '');
      if (digest === last) return json(response, 403, {});
      const found = attestations.get(`acme/app ${digest}`);
      json(response, found ? 200 : 404, { attestations: found });
    });
    expectError(await check(), 'GitHub refused');
  });
  test('of more than four, the first is asked about alone', async () => {
    const many = ['amd64', 'arm64', 'arm', 's390x', 'ppc64le'].map((architecture) =>
      buildImage({ labels: null, platform: `linux/${architecture}` }),
    );
    push(buildIndex(many));
    expectFail(await check());
    const asked = internet.requests.filter(({ path }) => path.includes('/attestations/'));
    expect(asked).toHaveLength(2);
    for (const { manifest } of many) putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    expectPass(await check());
  });
});

describe('what counts does not depend on who answers first', () => {
  const named = { revision: 'any', 'signer-workflow': 'acme/app/.github/workflows/build.yml@refs/heads/main' };
  test.each([0, 3500])('any commit: that of the registry, with GitHub %s ms later', async (ms) => {
    const bare = buildImage({ labels: null });
    const digest = push(bare);
    registry.attach('app', bare.manifest, await publicInstance.sign(digest));
    const bundle = await publicInstance.sign(digest, { extensions: { 13: OTHER_COMMIT } });
    githubAnswers((_, response) => void setTimeout(() => json(response, 200, { attestations: [{ bundle }] }), ms));
    if (ms === 0) {
      registry.override(async ({ path }) => {
        if (path.includes('/referrers/')) await sleep(3500);
        return false;
      });
    }
    const result = await check(named);
    expectPass(result);
    expect(result.outputs['revision']).toBe(COMMIT);
  });

  test('platforms: the commit that the label says, of two that all have in common', async () => {
    const labelled = buildTwoPlatforms();
    push(labelled);
    for (const { manifest } of labelled.children.slice(0, 2)) {
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest, { extensions: { 13: OTHER_COMMIT } }));
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    }
    const result = await check(named);
    expectPass(result);
    expect(result.outputs['revision']).toBe(COMMIT);
  });

  test('platforms: where no commit holds, the one that the label says is told', async () => {
    const labelled = buildTwoPlatforms();
    push(labelled);
    for (const { manifest } of labelled.children.slice(0, 2)) {
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest, { extensions: { 13: OTHER_COMMIT } }));
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    }
    const result = await check({ ...named, expect: 'provenance.ref == "refs/tags/v1"' });
    expect(result.outputs['result']).toBe('fail');
    expect(result.stdout).toContain('provenance.ref == "refs/tags/v1" is false');
    expect(result.stdout).not.toContain('is not true for this run');
  });

  test('platforms: the workflow that an expression asks for, of two that all have in common', async () => {
    push(index);
    const tagged = { 9: 'https://github.com/acme/app/.github/workflows/build.yml@refs/tags/v1', 14: 'refs/tags/v1' };
    for (const { manifest } of index.children.slice(0, 2)) {
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
      putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest, { extensions: tagged }));
    }
    expectPass(await check({ expect: 'provenance.ref == "refs/tags/v1"' }));
  });

  test('thirty attestations, the last of which holds: an expression is asked once of each', async () => {
    const digest = push(index);
    const bundles = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        publicInstance.sign(digest, { extensions: { 21: `https://github.com/acme/app/actions/runs/${at}` } }),
      ),
    );
    attestations.set(
      `acme/app ${digest}`,
      bundles.map((bundle) => ({ bundle })),
    );
    registry.override(async ({ path }) => {
      if (path.includes('/blobs/')) await sleep(1500);
      return false;
    });
    expectPass(await check({ expect: 'provenance.run.endsWith("/29")' }));
  });

  test('a registry that hangs does not keep what is in storage', async () => {
    const digest = push(signed);
    const body = compress(new Uint8Array(Buffer.from(JSON.stringify(await publicInstance.sign(digest)))));
    internet.site(STORAGE, (_, response) => void response.end(Buffer.from(body)));
    attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/b` }]);
    registry.override(({ path }) => path.includes('/referrers/'));
    expectPass(await check({ timeout: '10s' }));
  });

  test('a bundle of megabytes does not wait for its own list', async () => {
    const digest = push(signed);
    const predicate = { padding: 'x'.repeat(1_700_000) };
    putOnGitHub(digest, await publicInstance.sign(digest, { predicate }));
    const result = await check({ timeout: '10s' });
    expectPass(result);
    expect(result.seconds).toBeLessThan(5);
  });

  test('lists of megabytes, each with a bundle of megabytes, do not wait for each other', async () => {
    const bodies = new Map<string, Buffer>();
    for (const tag of ['v1', 'v2', 'v3']) {
      const built = buildImage({ labels: { [REVISION]: COMMIT, tag } });
      registry.push('app', tag, built);
      const { digest } = built.manifest;
      const bundle = await publicInstance.sign(digest, { predicate: { padding: 'x'.repeat(1_700_000) } });
      bodies.set(`/${tag}`, Buffer.from(compress(new Uint8Array(Buffer.from(JSON.stringify(bundle))))));
      const padding = 'x'.repeat(2_300_000);
      attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/${tag}`, padding }]);
    }
    internet.site(STORAGE, ({ path }, response) => void response.end(bodies.get(path)));
    const result = await check({ image: `${registry.host()}/app:v*`, timeout: '20s' });
    expectPass(result);
    expect(result.seconds).toBeLessThan(12);
  });
});

describe('of several, the one that is asked for', () => {
  const production = { expect: 'provenance.environment == "production"' };
  test('is fetched from storage where what is at hand does not hold', async () => {
    const digest = push(signed);
    putOnGitHub(digest, await publicInstance.sign(digest));
    const bundle = await publicInstance.sign(digest, { extensions: { 23: 'production' } });
    const body = compress(new Uint8Array(Buffer.from(JSON.stringify(bundle))));
    internet.site(STORAGE, (_, response) => void response.end(Buffer.from(body)));
    attestations.get(`acme/app ${digest}`)?.push({ bundle: null, bundle_url: `https://${STORAGE}/b` });
    expectPass(await check(production));
  });
  test('is waited for', async () => {
    const digest = push(signed);
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    const bundle = await publicInstance.sign(digest, { extensions: { 23: 'production' } });
    githubAnswers((_, response) => void setTimeout(() => json(response, 200, { attestations: [{ bundle }] }), 3500));
    expectPass(await check(production));
  });
  test('may be in a place that cannot be asked', async () => {
    const digest = push(signed);
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    githubAnswers((_, response) => json(response, 403, {}));
    expectError(await check(production), 'GitHub refused');
  });
  test('storage is left alone where the registry has one', async () => {
    const digest = push(signed);
    registry.attach('app', signed.manifest, await publicInstance.sign(digest));
    attestations.set(`acme/app ${digest}`, [{ bundle: null, bundle_url: `https://${STORAGE}/b` }]);
    expectPass(await check());
    expect(internet.requests.map(({ host }) => host)).not.toContain(STORAGE);
  });
});

describe('require: any', () => {
  const older = buildImage({ created: '2026-01-01T00:00:00Z' });
  const newer = buildImage({ created: '2026-02-01T00:00:00Z' });
  const run = (broken: string): ReturnType<typeof check> => {
    githubAnswers(({ path }, response) => {
      const digest = decodeURIComponent(path.split('/').at(-1) ?? '');
      if (digest === broken) return json(response, 403, { message: 'no' });
      const found = attestations.get(`acme/app ${digest}`);
      json(response, found ? 200 : 404, { attestations: found });
    });
    return check({ image: `${registry.host()}/app:v*`, require: 'any' });
  };

  test('the newest one’s provenance cannot be looked up: an older one is not chosen instead', async () => {
    registry.push('app', 'v1', older);
    registry.push('app', 'v2', newer);
    for (const { manifest } of [older, newer]) putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
    const open = await run(newer.manifest.digest);
    expect(open.outputs).toMatchObject({ result: 'error', reference: '' });
    expect(open.stdout).toContain('GitHub refused');
    const result = await run(older.manifest.digest);
    expectPass(result);
    expect(result.outputs['digest']).toBe(newer.manifest.digest);
  });
});
