/** What a registry answers where names, tokens and errors are asked for: always bounded in time. */
import { afterEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const TIMEOUT_S = 5;
const image = buildImage();
const deep = '['.repeat(4 * 1024 * 1024);

describe('an answer ends with its deadline', () => {
  let registry: FakeRegistry;
  afterEach(() => registry.stop());

  /** Runs, and holds the whole run to the deadline of its looks and two seconds more. */
  async function runInTime(
    pattern: string,
    answer: Parameters<FakeRegistry['override']>[0],
    auth: 'none' | 'bearer' = 'none',
  ): Promise<Run> {
    registry = await FakeRegistry.start({ auth, sameHostAuth: true });
    registry.push('app', 'v1', image);
    registry.override(answer);
    const started = performance.now();
    const run = await runAction({ inputs: { image: `${registry.host()}/${pattern}`, timeout: `${TIMEOUT_S}s` } });
    expect(performance.now() - started).toBeLessThan((TIMEOUT_S + 2) * 1000);
    return run;
  }

  const tags =
    (body: string, headers: Record<string, string> = {}): Parameters<FakeRegistry['override']>[0] =>
    ({ path }, response) =>
      path.includes('/tags/list') ? send(response, 200, body, headers) : false;

  test('a name of 1,500 characters is no tag, and is matched in no time', async () => {
    const name = `${'-'.repeat(1500)}/x`;
    const run = await runInTime('app:*-*-*-*', tags(JSON.stringify({ tags: [name, 'v1'] })));
    expect(run.outputs['result']).toBe('missing');
  });

  test('130,000 tags on one page are filtered as they come', async () => {
    const names = Array.from({ length: 130_000 }, (_, at) => `build-${at}`);
    const run = await runInTime('app:v*', tags(JSON.stringify({ tags: [...names, 'v1'] })));
    expect(run.outputs['result']).toBe('pass');
  });

  test('600,000 tags on one page are more than are read, and that is said', async () => {
    const page = JSON.stringify({ tags: Array.from({ length: 600_000 }, () => 'v') });
    const run = await runInTime('app:v*', tags(page));
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('is not a list that a registry gives');
  });

  test('a page without an end is followed no further than the cap', async () => {
    const names = JSON.stringify({ tags: Array.from({ length: 100_000 }, (_, at) => `b${at}`) });
    let page = 0;
    const run = await runInTime('app:v*', ({ path }, response) => {
      if (!path.includes('/tags/list')) return false;
      page += 1;
      return send(response, 200, names, { link: `</v2/app/tags/list?page=${page}>; rel="next"` });
    });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('has more than 500000 names');
    expect(page).toBe(6);
  });

  test.each([
    ['a list of tags', 'app:v*', '/tags/list', 'none', 200],
    ['a catalog', '*:v1', '/_catalog', 'none', 200],
    ['a manifest', 'app:v1', '/manifests/', 'none', 200],
    ['an error', 'app:v1', '/manifests/', 'none', 404],
  ] as const)('%s that is nested four million deep', async (_, pattern, place, auth, status) => {
    const run = await runInTime(
      pattern,
      ({ path }, response) => (path.includes(place) ? send(response, status, deep) : false),
      auth,
    );
    // Where nothing can be read of a 404, /v2/ says that this is a registry.
    expect(run.outputs['result']).toBe(status === 404 ? 'missing' : 'error');
  });

  test.each([
    [100_000, 'is nested more than 64 levels deep'],
    [8_000_000, 'the image has more than 16 MiB'],
  ])('a config that is nested %i deep', async (depth, text) => {
    const config = `{"config":${'['.repeat(depth)}`;
    const built = buildImage({ configText: config });
    const run = await runInTime('hostile:v1', () => {
      registry.push('hostile', 'v1', built);
      return false;
    });
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain(text);
  });

  test.each([
    ['parameters without end', `<x>${';a="b"'.repeat(1600)}`],
    ['quotes without end', `<x>;a="${'\\"'.repeat(4000)}`],
    ['targets without end', '<'.repeat(9000)],
    ['spaces without end', `<x>${' ;'.repeat(4500)}`],
  ])('a Link header of %s', async (_, link) => {
    const headers = { link: [link, link, link, link].join(', ').slice(0, 15_000) };
    const run = await runInTime('app:v*', tags(JSON.stringify({ tags: ['v1'] }), headers));
    expect(['pass', 'error']).toContain(run.outputs['result']);
  });
});
