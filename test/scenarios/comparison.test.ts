import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, buildIndex, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { ROOT, runAction, runCommand, type Run } from '../support/runner.ts';

const labels = (revision: string, version: string): Record<string, string> => ({
  [REVISION]: revision,
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.source': 'https://github.example/acme/other',
});
let registry: FakeRegistry;
beforeAll(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  const old = {
    labels: { ...labels(OTHER_COMMIT, '1.0.0'), gone: 'x' },
    env: ['PATH=/bin', 'SECRET=old-value', 'GONE=1'],
    config: { User: 'root', Cmd: ['a'] },
  };
  const now = {
    labels: labels(COMMIT, '1.1.0'),
    env: ['PATH=/bin', 'SECRET=new-value', 'ADDED=1'],
    config: { User: 'app', Cmd: ['b'], ExposedPorts: { '80/tcp': {} } },
  };
  registry.push('app', 'old', buildIndex([buildImage(old), buildImage({ ...old, platform: 'linux/s390x' })]));
  registry.push('app', 'new', buildIndex([buildImage(now), buildImage({ ...now, platform: 'linux/arm64' })]));
});
afterAll(() => registry.stop());

const run = (inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({
    inputs: { image: registry.reference('app', 'new'), 'compare-with': registry.reference('app', 'old'), ...inputs },
  });

describe('compare-with: old to new, platform by platform', () => {
  test('in summary, log and report; without the values of variables', async () => {
    const result = await run();
    expect(result.exitCode).toBe(0);
    for (const text of [
      '|`user`|`root`|`app`|',
      '|`label gone`|`x`|—|',
      '|`env SECRET`|`set`|`set to another value`|',
      '|`env ADDED`|—|`set`|',
      '|`env GONE`|`set`|—|',
      '|`cmd`|`["a"]`|`["b"]`|',
      '|`ports`|—|`["80/tcp"]`|',
      `[compare](https://github.example/acme/other/compare/${OTHER_COMMIT}...${COMMIT})`,
      '`linux/arm64`: new.',
      '`linux/s390x`: no longer there.',
    ]) {
      expect(result.summary).toContain(text);
    }
    expect(result.stdout).toContain('user: "root" → "app"');
    expect(JSON.stringify(result.report)).toContain('"what":"user","before":"root","after":"app"');
    expect(result.summary + result.stdout + JSON.stringify([result.report, result.outputs])).not.toMatch(
      /old-value|new-value/,
    );
  });

  test('the same image: nothing differs', async () => {
    expect((await run({ 'compare-with': registry.reference('app', 'new') })).summary).toContain('### The same as `');
  });

  test.each([
    ['missing', 'none', 'does not exist'],
    ['unreadable', 'broken', 'an HTML page'],
  ])('one that is %s is said, and changes no verdict', async (_, tag, text) => {
    registry.override((request, response) => {
      if (!request.path.endsWith('/manifests/broken')) return false;
      response.writeHead(200).end('<html>');
      return true;
    });
    const result = await run({ 'compare-with': registry.reference('app', tag) });
    expect(result.summary).toContain(text);
    expect(result.outputs['result']).toBe('pass');
    expect(result.exitCode).toBe(0);
    expect((await run({ 'compare-with': registry.reference('app', tag), revision: OTHER_COMMIT })).exitCode).toBe(1);
  });

  test('it obeys allowed-registries', async () => {
    const result = await run({ 'compare-with': 'ghcr.io/acme/app:main', 'allowed-registries': registry.host() });
    expect(result.stdout).toContain('the registry ghcr.io is not one of');
    expect(result.exitCode).toBe(2);
  });

  test('by hand it is in the text', async () => {
    const result = await runCommand([
      '--image',
      registry.reference('app', 'new'),
      '--revision',
      'any',
      '--compare-with',
      registry.reference('app', 'old'),
    ]);
    expect(result.stdout).toContain('compared with');
  });
});

describe('the report file', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')) as object);
  test.each([
    ['pass', {}],
    ['fail', { revision: OTHER_COMMIT, platforms: 'linux/amd64, linux/s390x' }],
    ['missing', { image: 'NONE' }],
    ['error', { image: '127.0.0.1:1/app:main', timeout: '2s' }],
    ['error', { image: '' }],
  ])('%s is what docs/report.schema.json says', async (result, changes) => {
    const inputs = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [
        name,
        value === 'NONE' ? registry.reference('app', 'none') : value,
      ]),
    );
    const { report } = await run(inputs);
    expect((report as { result: string }).result).toBe(result);
    expect(validate(report) ? [] : validate.errors).toEqual([]);
  });
});
