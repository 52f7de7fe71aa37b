/** The policies that people ask for, each as a scenario; docs/expectations.md and the README show the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, type ImageOptions, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

let registry: FakeRegistry;
let workspace: string;
beforeAll(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  workspace = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
});
afterAll(async () => {
  await registry.stop();
  rmSync(workspace, { recursive: true, force: true });
});

let count = 0;
function run(options: ImageOptions, inputs: Record<string, string>, policy?: string): Promise<Run> {
  count += 1;
  registry.push('app', `t${count}`, buildTwoPlatforms(options));
  if (policy !== undefined) writeFileSync(path.join(workspace, 'policy.yml'), policy);
  return runAction({
    inputs: {
      image: registry.reference('app', `t${count}`),
      revision: 'any',
      ...(policy === undefined ? {} : { policy: 'policy.yml' }),
      ...inputs,
    },
    env: { GITHUB_WORKSPACE: workspace, GITHUB_REF: 'refs/tags/v1.2.3' },
  });
}

describe('recipes', () => {
  const now = new Date().toISOString();
  const VERSION = 'org.opencontainers.image.version';
  test.each([
    [
      'non-root user',
      { config: { User: '1001' } },
      { config: { User: '0:1000' } },
      { expect: 'image.config.User.matches("^[1-9][0-9]{0,8}(:[1-9][0-9]{0,8})?$")' },
    ],
    [
      'no secret-looking env names',
      { env: ['PATH=/bin'] },
      { env: ['API_TOKEN=hunter2-value'] },
      { expect: 'image.env.all(name, !name.matches("(?i)(secret|token|password|_key)"))' },
    ],
    [
      'younger than a day',
      { created: now },
      { created: '2026-01-01T00:00:00Z' },
      { expect: 'now - image.created < duration("24h")' },
    ],
    [
      'exact base',
      { annotations: { 'org.opencontainers.image.base.name': 'docker.io/library/node:24' } },
      {},
      { annotations: 'org.opencontainers.image.base.name=docker.io/library/node:24' },
    ],
    [
      'two platforms and one revision',
      { labels: { [REVISION]: COMMIT } },
      { labels: { [REVISION]: OTHER_COMMIT } },
      { platforms: 'linux/amd64, linux/arm64', revision: COMMIT },
    ],
    [
      'version label equals the git tag',
      { labels: { [VERSION]: '1.2.3' } },
      { labels: { [VERSION]: '1.2.2' } },
      { expect: `github.ref == "refs/tags/v" + image.labels["${VERSION}"]` },
    ],
  ] satisfies [string, ImageOptions, ImageOptions, Record<string, string>][])('%s', async (_, good, bad, inputs) => {
    const passed = await run(good, inputs);
    expect(passed.stdout).toContain('assert-image: pass');
    const failed = await run({ config: {}, ...bad }, inputs);
    expect(failed.outputs['result']).toBe('fail');
    expect(failed.stdout + failed.summary + JSON.stringify([failed.outputs, failed.report])).not.toContain(
      'hunter2-value',
    );
  });
});

describe('policy', () => {
  const POLICY = `labels:\n  org.opencontainers.image.vendor: Acme\nexpect:\n  - image.config.User == "app"\n`;
  const good: ImageOptions = {
    labels: { 'org.opencontainers.image.vendor': 'Acme', team: 'blue' },
    config: { User: 'app' },
  };

  test('policy and inputs add up', async () => {
    expect((await run(good, { labels: 'team=blue' }, POLICY)).exitCode).toBe(0);
    expect((await run(good, { labels: 'team=red' }, POLICY)).exitCode).toBe(1);
    expect((await run({ ...good, config: { User: 'root' } }, { labels: 'team=blue' }, POLICY)).exitCode).toBe(1);
  });

  test('a digest in the policy that the input contradicts is a question for the author', async () => {
    const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
    const result = await run(good, { digest: digest('a') }, `digest: ${digest('b')}\n`);
    expect(result.stdout).toContain('digest: the policy says another one.');
    expect(result.exitCode).toBe(2);
  });

  test('a missing file asks whether actions/checkout ran', async () => {
    const result = await run(good, { policy: 'none-here.yml' });
    expect(result.stdout).toContain('has actions/checkout run in this job?');
    expect(result.exitCode).toBe(2);
  });

  test('every mistake is told at once, with its place', async () => {
    const result = await run(good, { labels: 'a==b' }, 'lables: {a: b}\nenv: {A: 1}\n');
    for (const text of [
      'policy policy.yml, line 1, column 1: the policy has no key',
      'policy policy.yml, line 2, column 10:',
      'labels: there is no operator',
    ]) {
      expect(result.stdout).toContain(text);
    }
    expect(result.exitCode).toBe(2);
  });

  test('a container-structure-test file is taken as it is', async () => {
    const text =
      "schemaVersion: '2.0.0'\ncommandTests: [{name: x}]\nmetadataTest:\n  user: app\n  labels: [{key: team, value: 'bl', isRegex: true}]\n";
    const passed = await run(good, {}, text);
    expect(passed.exitCode).toBe(0);
    expect(passed.stdout).toContain('commandTests were not run');
    expect((await run({ ...good, config: { User: 'root' } }, {}, text)).exitCode).toBe(1);
  });
});

test('label and annotation that disagree on the revision earn a notice (S-25)', async () => {
  const result = await run(
    { labels: { [REVISION]: COMMIT }, annotations: { [REVISION]: OTHER_COMMIT } },
    { revision: COMMIT },
  );
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toContain(`says ${COMMIT}, the annotation of the manifest of that name ${OTHER_COMMIT}`);
});

test('platforms that disagree are named (S-7)', async () => {
  const { buildIndex } = await import('../support/images.ts');
  registry.push(
    'app',
    'mixed',
    buildIndex([buildImage(), buildImage({ platform: 'linux/arm64', labels: { [REVISION]: OTHER_COMMIT } })]),
  );
  const result = await runAction({ inputs: { image: registry.reference('app', 'mixed') } });
  expect(result.stdout).toContain(`linux/amd64 states ${COMMIT}, linux/arm64 states ${OTHER_COMMIT}`);
});
