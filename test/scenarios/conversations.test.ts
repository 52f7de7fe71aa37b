/**
 * Whole conversations, as reviewed pages: what was asked of whom, and all that a run tells. A change of words or of
 * requests shows here first; look at the page, then take it with `npx vitest run test/scenarios/conversations -u`.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

let registry: FakeRegistry;
let internet: Internet;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  internet = await Internet.start();
  registry.push('acme/app', 'main', buildTwoPlatforms());
  registry.push('acme/app', 'stale', buildImage({ labels: { [REVISION]: OTHER_COMMIT }, env: ['NODE_ENV=dev'] }));
  for (const [at, commit] of [COMMIT, OTHER_COMMIT, OTHER_COMMIT].entries())
    registry.push(
      'acme/app',
      `v1.${at}`,
      buildImage({ labels: { [REVISION]: commit }, created: `2026-11-2${at}T10:00:00Z` }),
    );
});
afterEach(async () => {
  await registry.stop();
  await internet.stop();
});

/** Hosts and folders differ from run to run, requests that go side by side may arrive in any order. */
function pageOf(run: Run, requests: readonly string[]): string {
  const outputs = Object.entries(run.outputs).map(([name, value]) => `${name}=${value}`);
  const sections = {
    requests: requests.toSorted().join('\n'),
    log: run.stdout.trim(),
    outputs: outputs.join('\n'),
    summary: run.summary.trim(),
    'exit code': String(run.exitCode),
  };
  const text = Object.entries(sections)
    .map(([name, section]) => `==== ${name}\n\n${section}\n`)
    .join('\n');
  return text
    .replaceAll(/127\.0\.0\.1(:|%3A)[0-9]+/g, 'registry.example')
    .replaceAll(/\/\S*\/assert-image-[a-z0-9-]+\.json/g, 'REPORT')
    .replaceAll(/sha256:([a-f0-9]{8})[a-f0-9]{56}/g, 'sha256:$1…')
    .replaceAll(/took [0-9.]+ s/g, 'took N s');
}

const ofRegistry = (): string[] => registry.lines();

test('pass', async () => {
  const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
  await expect(pageOf(run, ofRegistry())).toMatchFileSnapshot('conversations/pass.txt');
});

test('fail', async () => {
  const inputs = { image: registry.reference('acme/app', 'stale'), labels: 'tier=gold', env: 'NODE_ENV=production' };
  const run = await runAction({ inputs });
  await expect(pageOf(run, ofRegistry())).toMatchFileSnapshot('conversations/fail.txt');
});

test('missing', async () => {
  const run = await runAction({ inputs: { image: registry.reference('acme/app', 'nowhere') } });
  await expect(pageOf(run, ofRegistry())).toMatchFileSnapshot('conversations/missing.txt');
});

test('error', async () => {
  registry.override(({ path }, response) => {
    if (!path.includes('/manifests/')) return false;
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end('{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}');
    return true;
  });
  const run = await runAction({ inputs: { image: registry.reference('acme/app', 'main') } });
  await expect(pageOf(run, ofRegistry())).toMatchFileSnapshot('conversations/error.txt');
});

test('many tags, of which one is enough', async () => {
  const run = await runAction({ inputs: { image: `${registry.host()}/acme/app:v1.*`, require: 'any' } });
  await expect(pageOf(run, ofRegistry())).toMatchFileSnapshot('conversations/many-tags.txt');
});

test('comment', async () => {
  const bodies: string[] = [];
  internet.site('api.github.com', ({ method, path, body }, response) => {
    if (path === '/graphql') return json(response, 200, { data: { viewer: { login: 'github-actions[bot]' } } });
    if (method === 'GET') return json(response, 200, []);
    bodies.push((JSON.parse(body) as { body: string }).body);
    return json(response, 201, { id: 1, html_url: 'https://github.example/acme/app/pull/7#issuecomment-1' });
  });
  const run = await runAction({
    inputs: {
      ...internet.inputs,
      image: registry.reference('acme/app', 'stale'),
      revision: COMMIT,
      comment: 'on-failure',
      'github-token': 'ghs_0123456789abcdef',
    },
    env: internet.env,
    event: { name: 'pull_request', payload: { pull_request: { number: 7, head: { sha: OTHER_COMMIT } } } },
  });
  const asked = internet.requests.map(({ method, path }) => `${method} api.github.com${path}`);
  const page = `${pageOf(run, [...ofRegistry(), ...asked])}\n==== comment\n\n${bodies.join('\n')}\n`;
  await expect(
    page.replaceAll(/[0-9-]{10} [0-9:]{5} UTC$/gm, 'NOW').replaceAll(/127\.0\.0\.1:[0-9]+/g, 'registry.example'),
  ).toMatchFileSnapshot('conversations/comment.txt');
});
