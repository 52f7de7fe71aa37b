/** What a token service could gain by the text of its token: our reports quote images, and the runner masks what it is told. */
import { afterEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry, send, TOKEN } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const REPOSITORY = 'acme/application-of-a-long-name';
const image = buildImage({
  labels: { [REVISION]: COMMIT, title: '[click](https://evil.example/) @acme/team', name: 'application-image-of-acme' },
});

describe('a token service chooses its token', () => {
  let registry: FakeRegistry;
  afterEach(() => registry.stop());

  async function runWith(token: string): Promise<Run> {
    registry = await FakeRegistry.start({ sameHostAuth: true });
    registry.push(REPOSITORY, 'main', image);
    registry.override(({ path, headers }, response) => {
      if (path.startsWith('/token')) return send(response, 200, JSON.stringify({ token }));
      if (headers.authorization === `Bearer ${token}`) headers.authorization = `Bearer ${TOKEN}`;
      return false;
    });
    return runAction({ inputs: { image: registry.reference(REPOSITORY, 'main'), labels: 'title' } });
  }

  test.each([
    ['a backtick', '`[click](https://evil.example/)`'],
    ['a space', 'two words of a token'],
    ['a pipe', 'token|of-another|kind'],
    ['text behind its padding', 'dG9rZW4=dG9rZW4='],
  ])('with %s in it: it is refused (RFC 6750, section 2.1)', async (_, token) => {
    const run = await runWith(token);
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('holds characters that no token has');
    expect(run.stdout + run.summary + JSON.stringify(run.report)).not.toContain(token);
  });

  test.each([
    ['the digest of the image', image.manifest.digest.slice('sha256:'.length)],
    ['part of the digest of its config', image.config.digest.slice('sha256:'.length, 30)],
    ['the commit', COMMIT],
    ['the repository', REPOSITORY],
  ])('that is %s: refused, and nothing of ours is masked', async (_, token) => {
    const run = await runWith(token);
    expect(run.exitCode).toBe(2);
    expect(run.outputs['result']).toBe('error');
    expect(run.stdout).toContain('gave a token that is part of the reference, a digest or the commit; refused');
    expect(run.stdout).not.toContain('::add-mask::');
  });

  test('that is text of the image: what is said about the image stays as it is', async () => {
    const run = await runWith('application-image-of-acme');
    expect(run.exitCode).toBe(0);
    expect(run.summary).toContain('`application-image-of-acme`');
    expect(run.summary).not.toContain('***');
  });

  test('a token is not told to the runner, for this program never prints it', async () => {
    const run = await runWith(TOKEN);
    expect(run.exitCode).toBe(0);
    expect(run.stdout + run.stderr + run.summary + JSON.stringify(run.report)).not.toContain(TOKEN);
  });
});

test('a password that is part of a rendered cell takes no fence away', async () => {
  const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: '`[click](https:' });
  registry.push('app', 'main', image);
  const run = await runAction({
    inputs: { image: registry.reference('app', 'main'), username: 'u', password: '`[click](https:', labels: 'title=x' },
  });
  await registry.stop();
  expect(run.exitCode).toBe(1);
  expect(run.summary).toContain('`[click](https://evil.example/) @acme/team`');
  expect(run.summary).not.toContain('***');
});
