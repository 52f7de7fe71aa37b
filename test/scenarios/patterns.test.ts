import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blobOf, buildImage, buildIndex, COMMIT, descriptorOf, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { OCI_MANIFEST } from '../../src/image/media-types.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, runCommand, type Run } from '../support/runner.ts';

let registry: FakeRegistry;
beforeEach(async () => void (registry = await FakeRegistry.start({ page: 4 })));
afterEach(() => registry.stop());

const VERSION = 'org.opencontainers.image.version';
/** v1.0 to v1.9, each a day newer; only v1.4 and v1.6 are of the commit. */
function pushVersions(): void {
  for (let at = 0; at < 10; at += 1) {
    const revision = at === 4 || at === 6 ? COMMIT : OTHER_COMMIT;
    registry.push(
      'acme/app',
      `v1.${at}`,
      buildImage({ created: `2026-11-${10 + at}T00:00:00Z`, labels: { [REVISION]: revision, [VERSION]: `1.${at}` } }),
    );
  }
  registry.push('acme/app', 'latest', buildImage({ labels: { other: 'x' } }));
}
const run = (pattern: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: `${registry.host()}/acme/app:${pattern}`, ...inputs } });
const tagsOf = (result: Run): string[] =>
  (JSON.parse(result.outputs['images'] ?? '[]') as { tag: string }[]).map(({ tag }) => tag);

describe('a pattern in the tag', () => {
  test('selects every matching tag over all pages, newest first; each is judged', async () => {
    pushVersions();
    const result = await run('v1.*', { revision: 'any' });
    expect(result.exitCode).toBe(0);
    expect(tagsOf(result)).toEqual(['v1.9', 'v1.8', 'v1.7', 'v1.6', 'v1.5', 'v1.4', 'v1.3', 'v1.2', 'v1.1', 'v1.0']);
    expect(result.outputs).toMatchObject({ tag: 'v1.9', version: '1.9', result: 'pass' });
    expect(registry.lines().filter((line) => line.includes('/tags/list?'))).toHaveLength(4);
  });

  test('require: all fails where one differs', async () => {
    pushVersions();
    const result = await run('v1.*');
    expect(result.exitCode).toBe(1);
    expect(result.outputs['result']).toBe('fail');
  });

  test('require: any finds the image of this commit: the newest that satisfies is in the outputs', async () => {
    pushVersions();
    const result = await run('*', { require: 'any' });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ result: 'pass', tag: 'v1.6', revision: COMMIT, failures: '[]' });
    expect(result.outputs['reference']).toMatch(/\/acme\/app@sha256:[a-f0-9]{64}$/);
    expect(result.stdout).not.toMatch(/^::error/m);
  });

  test('require: any fails where none satisfies', async () => {
    pushVersions();
    const result = await run('v1.[0-9]'.replace('[0-9]', '?'), { require: 'any', revision: 'd'.repeat(40) });
    expect(result.outputs).toMatchObject({ result: 'fail', reference: '' });
    expect(result.exitCode).toBe(1);
  });

  test('unreadable images are no reason where one satisfies, and an error where none does', async () => {
    pushVersions();
    registry.putManifest('acme/app', 'v1.z', blobOf('{"broken', OCI_MANIFEST));
    expect((await run('v1.*', { require: 'any' })).outputs['result']).toBe('pass');
    expect((await run('v1.*', { require: 'any', revision: 'd'.repeat(40) })).outputs['result']).toBe('error');
  });

  test('one token for all, each digest read once, a HEAD a tag', async () => {
    const image = buildImage();
    for (let at = 0; at < 20; at += 1) registry.push('acme/app', `t${at}`, image);
    const result = await run('t*');
    expect(result.exitCode).toBe(0);
    const lines = registry.lines();
    expect(lines.filter((line) => line.includes('/token'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('HEAD'))).toHaveLength(20);
    // tags + 3 × distinct digests + pages + token and its 401
    expect(lines.length).toBeLessThanOrEqual(20 + 3 + 5 + 2);
  });

  test('what is no container image is listed and skipped', async () => {
    pushVersions();
    const config = blobOf('{}', 'application/vnd.cncf.helm.config.v1+json');
    registry.putManifest(
      'acme/app',
      'v1.chart',
      blobOf({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptorOf(config), layers: [] }, OCI_MANIFEST),
    );
    const result = await run('v1.*', { revision: 'any' });
    expect(result.exitCode).toBe(0);
    expect(tagsOf(result)).not.toContain('v1.chart');
    expect(result.stdout).toContain('1 skipped: not a container image');
    expect(result.report).toMatchObject({ skipped: [{ reference: `${registry.host()}/acme/app:v1.chart` }] });
  });

  test('an image in the old schema 1 format is an image that we cannot judge, and never skipped', async () => {
    pushVersions();
    const schema1 = blobOf(
      { schemaVersion: 1, fsLayers: [], history: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    );
    registry.putManifest('acme/app', 'v1.old', schema1);
    registry.putManifest('acme/app', schema1.digest, schema1);
    expect((await run('v1.*', { revision: 'any' })).outputs['result']).toBe('error');
  });

  test('only charts are no image at all', async () => {
    const config = blobOf('{}', 'application/vnd.cncf.helm.config.v1+json');
    registry.putManifest(
      'acme/app',
      'chart',
      blobOf({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptorOf(config), layers: [] }, OCI_MANIFEST),
    );
    expect((await run('*', { revision: 'any' })).outputs['result']).toBe('missing');
  });

  test.each([
    ['nothing matches', 'w*', 'missing', 1],
    ['no such repository', '../none', 'error', 2],
  ])('%s', async (_, pattern, result, exitCode) => {
    pushVersions();
    const outcome = await run(pattern);
    expect(outcome.outputs['result']).toBe(result);
    expect(outcome.exitCode).toBe(exitCode);
  });

  test('a repository that does not exist is missing', async () => {
    const result = await runAction({ inputs: { image: `${registry.host()}/acme/none:*` } });
    expect(result.outputs['result']).toBe('missing');
  });

  test('max-images: more is an error, before any image is read', async () => {
    pushVersions();
    const result = await run('v1.*', { 'max-images': '9' });
    expect(result.stdout).toContain('selects 10 images, and max-images is 9');
    expect(result.exitCode).toBe(2);
    expect(registry.lines().some((line) => line.includes('/manifests/'))).toBe(false);
  });

  test.each([
    ['?', 'v1.?', 10],
    ['a dot is a dot', 'v1?4', 1],
    ['case counts', 'V1.*', 0],
    ['* crosses nothing that a tag has', 'v*4', 1],
  ])('%s: %s selects %i', async (_, pattern, count) => {
    pushVersions();
    expect(tagsOf(await run(pattern, { revision: 'any' })).filter((tag) => tag !== '')).toHaveLength(count);
  });

  test('a pattern that selects nothing has no tag and no reference that holds a wildcard', async () => {
    pushVersions();
    const result = await run('nothing-*');
    expect(result.outputs).toMatchObject({ result: 'missing', tag: '', reference: '' });
    expect(JSON.parse(result.outputs['images'] ?? '')).toMatchObject([{ reference: '', tag: '' }]);
    expect(result.report).toMatchObject({ images: [{ reference: '', tag: null }] });
  });

  test.each([
    ['what no tag may hold', 'acme/app:v*+', 'is not a tag'],
    ['brackets', 'acme/app:v[0-9]*', 'Patterns are * and ?, not regular expressions.'],
  ])('%s is refused: %s', async (_, image, text) => {
    const result = await runAction({ inputs: { image: `${registry.host()}/${image}` } });
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
  });

  test.each([['an image with an artifactType', { artifactType: 'x/y' }]])(
    '%s is never skipped',
    async (_, manifest) => {
      pushVersions();
      registry.push('acme/app', 'v1.x', buildImage({ manifest, labels: { [REVISION]: 'd'.repeat(40) } }));
      expect((await run('v1.*', { revision: 'any' })).outputs['result']).toBe('error');
    },
  );

  test('an index is not dropped for one odd child', async () => {
    pushVersions();
    const odd = buildImage({
      platform: 'linux/s390x',
      manifest: { config: { ...descriptorOf(blobOf('{}', 'application/vnd.example')) } },
    });
    registry.push('acme/app', 'v1.x', buildIndex([buildImage(), odd]));
    expect((await run('v1.*', { revision: 'any' })).outputs['result']).toBe('error');
  });

  test.each([
    ['two Link headers', ['</x>; rel="preconnect"', '</v2/acme/app/tags/list?n=4&last=v1.0>; rel="next"']],
    ['a comma in a quoted title', '</v2/acme/app/tags/list?n=4&last=v1.0>; title="a, b"; rel="next"'],
    ['two relations', '</v2/acme/app/tags/list?n=4&last=v1.0>; rel="last next"'],
  ])('%s: the next page is read all the same', async (_, link) => {
    pushVersions();
    registry.override((request, response) => {
      if (!request.path.endsWith('/tags/list?n=1000') || request.headers.authorization === undefined) return false;
      response.writeHead(200, { link }).end('{"tags":["v1.0"]}');
      return true;
    });
    expect(tagsOf(await run('v1.*', { revision: 'any' }))).toHaveLength(10);
  });

  // Registries that honour n and send no Link, such as the one of crane; those with a limit of their own; those that
  // give everything at once; those whose page begins with the name that was given.
  const listers: [string, number, (all: string[], n: number, last: string | null) => string[]][] = [
    ['n and last', 1011, (all, n, last) => all.filter((tag) => last === null || tag > last).slice(0, n)],
    ['a limit of its own', 211, (all, _, last) => all.filter((tag) => last === null || tag > last).slice(0, 100)],
    ['last, and begins with it', 1011, (all, n, last) => all.filter((tag) => last === null || tag >= last).slice(0, n)],
    ['neither', 1011, (all) => all],
    ['neither, with a round number of tags', 1000, (all) => all],
    [
      'n and last, with a round number of tags',
      1000,
      (all, n, last) => all.filter((tag) => last === null || tag > last).slice(0, n),
    ],
  ];
  test.each(listers)('a registry without Link that heeds %s: every tag is seen', async (_, count, list) => {
    const tags = Array.from({ length: count }, (_unused, at) => `t${String(at).padStart(5, '0')}`);
    const wanted = [0, 99, 100, 101, 199, 200, count - 2, count - 1].filter(
      (at, place, all) => all.indexOf(at) === place,
    );
    for (const at of wanted) tags[at] += '-wanted';
    for (const at of wanted) registry.push('acme/app', tags[at] as string, buildImage());
    registry.override((request, response) => {
      if (!request.path.includes('/tags/list') || request.headers.authorization === undefined) return false;
      const query = new URL(request.path, 'http://registry.example').searchParams;
      send(response, 200, JSON.stringify({ tags: list(tags, Number(query.get('n')), query.get('last')) }));
      return true;
    });
    const result = await run('*-wanted');
    expect(tagsOf(result).toSorted()).toEqual(wanted.map((at) => tags[at]));
    expect(registry.lines().filter((line) => line.includes('/tags/list?')).length).toBeLessThanOrEqual(5);
  });

  test('where the date is the same, it is said by what the first came first', async () => {
    for (const [tag, label] of [
      ['b', '1'],
      ['a', '2'],
      ['c', '2'],
    ] as const)
      registry.push(
        'acme/app',
        `v-${tag}`,
        buildImage({ created: '2026-11-10T00:00:00Z', labels: { [REVISION]: COMMIT, label } }),
      );
    const tied = await run('v-*', { require: 'any' });
    expect(tied.outputs['tag']).toBe('v-a');
    expect(tied.summary).toContain('Chosen by its tag: another selected image has the same date, `2026-11-10');
    registry.push('acme/app', 'v-d', buildImage({ created: '2026-11-11T00:00:00Z' }));
    const clear = await run('v-*', { require: 'any' });
    expect(clear.outputs['tag']).toBe('v-d');
    expect(clear.summary).not.toContain('stands first');
  });

  test.each([
    ['a next that cannot be read', 'rel=next; </v2/x', '{"tags":["v1.0"]}'],
    ['an empty next', '<>; rel="next"', '{"tags":["v1.0"]}'],
    ['an error with status 200', undefined, '{"errors":[{"code":"TOOMANYREQUESTS"}]}'],
    ['an empty object', undefined, '{}'],
    ['a list', undefined, '[]'],
    ['a tag that is shell', undefined, '{"tags":["v1.$(id)"]}'],
    ['a tag that is another URL', undefined, '{"tags":["v1.0?a"]}'],
  ])('%s is an error', async (_, link, body) => {
    pushVersions();
    registry.override((request, response) => {
      if (!request.path.includes('/tags/list') || request.headers.authorization === undefined) return false;
      response.writeHead(200, link === undefined ? {} : { link }).end(body);
      return true;
    });
    const result = await run('v1.*', { revision: 'any' });
    expect(result.outputs['result']).toBe('error');
    expect(result.outputs['tag']).not.toMatch(/[$?#]/);
  });

  test('a platform that no image has', async () => {
    pushVersions();
    const result = await run('v1.*', { revision: 'any', platforms: 'linux/s390x' });
    expect(result.stdout + result.summary).not.toContain('Infinity');
  });

  test('a next page on another host is not followed', async () => {
    pushVersions();
    registry.override((request, response) => {
      if (!request.path.includes('/tags/list') || request.headers.authorization === undefined) return false;
      send(response, 200, '{"tags":["v1.0"]}', { link: '<https://collect.evil.example/v2/x>; rel="next"' });
      return true;
    });
    const result = await run('v1.*');
    expect(result.stdout).toContain('names a next page that is not its own');
    expect(result.exitCode).toBe(2);
  });

  test.each([
    ['tags: null', '{"tags":null}', 'missing'],
    ['no list', '{"tags":{}}', 'error'],
    ['no JSON', '<html>', 'error'],
    ['numbers', '{"tags":[1]}', 'error'],
  ])('a list that is %s: %s', async (_, body, result) => {
    registry.override((request, response) => {
      if (!request.path.includes('/tags/list') || request.headers.authorization === undefined) return false;
      send(response, 200, body);
      return true;
    });
    expect((await run('*')).outputs['result']).toBe(result);
  });

  test('a HEAD that lies about the digest is found out', async () => {
    pushVersions();
    registry.override((request, response) => {
      if (request.method !== 'HEAD') return false;
      response.writeHead(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}` }).end();
      return true;
    });
    expect((await run('v1.4')).outputs['result']).toBe('pass');
    expect((await run('v1.?', { require: 'all' })).outputs['result']).not.toBe('pass');
  });

  test('without a digest in the HEAD, each tag is read', async () => {
    pushVersions();
    registry.override((request, response) => {
      if (request.method !== 'HEAD') return false;
      response.writeHead(200).end();
      return true;
    });
    expect((await run('v1.*', { revision: 'any' })).outputs['result']).toBe('pass');
  });

  test('with wait-timeout, a tag that is pushed later is found', async () => {
    pushVersions();
    setTimeout(() => registry.push('acme/app', 'v2.0', buildImage()), 3_000);
    const result = await run('v2.*', { 'wait-timeout': '30s', require: 'any' });
    expect(result.outputs).toMatchObject({ result: 'pass', tag: 'v2.0' });
  });

  test('by hand it prints the table', async () => {
    pushVersions();
    const result = await runCommand([`${registry.host()}/acme/app:v1.*`, '--revision', 'any']);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/^\| pass\s+\| v1\.9\s+\| decade012345 \| 1\.9\s+\| 2026-11-19 \| [a-f0-9]{12} \|$/m);
    for (let at = 0; at < 10; at += 1) expect(result.stdout).toContain(`| v1.${at} `);
  });
});
