/** Nothing acts, nothing leaks. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, runCommand } from '../support/runner.ts';

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const main = (): string => registry.reference('app', 'main');

describe('nothing acts, nothing leaks', () => {
  test('--format json is inert in a log, and still the same JSON', async () => {
    const text = 'a ##[set-output name=result;]pass \u202e \u009b \u2028';
    registry.push('app', 'main', buildImage({ labels: { [REVISION]: COMMIT, text } }));
    const { stdout } = await runCommand([main(), '--format', 'json', '--revision', 'any']);
    expect(stdout).not.toMatch(/##\[|[\u202e\u009b\u2028]/);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(text).slice(1, -1));
  });

  test('a secret that a server repeats is taken out before anything is escaped or cut', async () => {
    const password = 'p@ss$wo"rd!x-and-more';
    const closed = await FakeRegistry.start({ username: 'alice', password });
    closed.override((request, response) => {
      if (!request.path.startsWith('/token')) return false;
      const message = `${'x'.repeat(190)}alice:${password} is wrong`;
      send(response, 401, JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message }] }));
      return true;
    });
    const inputs = {
      image: closed.reference('app', 'main'),
      username: 'alice',
      password,
      'trusted-auth-hosts': `${closed.host()}=${closed.host('auth')}`,
    };
    const run = await runAction({ inputs });
    await closed.stop();
    expect(run.exitCode).toBe(2);
    const shown = [
      run.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
      run.summary,
      ...Object.values(run.outputs),
      JSON.stringify(run.report),
    ].join('\n');
    const failures = JSON.stringify(JSON.parse(run.outputs['failures'] ?? ''));
    for (const part of [password, 'p@ss', 'wo"rd', 'p\\u0040ss']) expect(shown + failures).not.toContain(part);
  });

  test('a secret in a list that an expression shows is taken out, however it is escaped', async () => {
    const password = String.raw`Pa"ss\w0rd-Secret`;
    const closed = await FakeRegistry.start({ auth: 'basic', cdn: false, username: 'bob', password });
    closed.push('app', 'main', buildImage({ config: { Cmd: ['login', password] } }));
    const source = 'image.config.Cmd == ["x"] && image.tag == "y" || image.tag == "q"';
    const inputs = { image: closed.reference('app', 'main'), username: 'bob', password, expect: source };
    const run = await runAction({ inputs });
    await closed.stop();
    expect(run.exitCode).toBe(1);
    const log = run.stdout.replaceAll(/^::add-mask::.*$/gm, '');
    for (const shown of [log, run.summary, run.outputs['failures'], JSON.stringify(run.report)])
      expect(shown).not.toContain('w0rd-Secret');
  });

  test('a platform name is no Markdown', async () => {
    registry.push(
      'app',
      'main',
      buildImage({ configFile: { os: 'https://evil.example/approve', architecture: 'amd64' } }),
    );
    const { summary } = await runAction({ inputs: { image: main() } });
    expect(summary.replaceAll(/`[^`]*`/g, '')).not.toContain('evil.example');
  });

  test('debug lines have no path of a host other than the registry', async () => {
    const cdn = await FakeRegistry.start({ auth: 'none' });
    cdn.push('app', 'main', buildImage());
    const run = await runAction({ inputs: { image: cdn.reference('app', 'main') }, env: { RUNNER_DEBUG: '1' } });
    expect(run.stdout).toContain(`::debug::GET ${cdn.host()}/v2/app/manifests/main: 200`);
    expect(run.stdout).toContain(`::debug::GET ${cdn.host('cdn')}/…: 200`);
    expect(run.stdout).not.toContain('presigned');
    await cdn.stop();
  });
});
