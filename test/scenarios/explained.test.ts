/** What is asked only to explain a verdict: how far a commit is behind, which tags there are. It changes nothing. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json, type SiteRequest } from '../support/internet.ts';
import { FakeRegistry, TOKEN } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

let internet: Internet;
let registry: FakeRegistry;
beforeEach(async () => {
  internet = await Internet.start();
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'good', buildImage());
  registry.push('app', 'stale', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
});
afterEach(async () => {
  await internet.stop();
  await registry.stop();
});

const run = (tag: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({
    inputs: {
      image: registry.reference('app', tag),
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
      ...inputs,
    },
    env: internet.env,
  });

/** GitHub's compare API. (docs.github.com/rest/commits/commits, Compare two commits) */
function compareIs(answer: (request: SiteRequest, response: ServerResponse) => unknown): void {
  internet.site('api.github.com', (request, response) => void answer(request, response));
}
const says = (status: string, ahead = 0, behind = 0): void =>
  compareIs((_, response) => json(response, 200, { status, ahead_by: ahead, behind_by: behind }));

describe('how far the commit is behind', () => {
  test.each([
    ['behind', 0, 3, '3 commits older', 'still points to an earlier build'],
    ['behind', 0, 1, '1 commit older', 'still points to an earlier build'],
    ['ahead', 2, 0, '2 commits newer', 'points to a later build'],
    ['diverged', 5, 1, 'on another branch', 'a build of another branch'],
  ])('%s', async (status, ahead, behind, distance, advice) => {
    says(status, ahead, behind);
    const { summary, stdout, exitCode } = await run('stale');
    expect(exitCode).toBe(1);
    expect(summary).toContain(distance);
    expect(summary).toContain(advice);
    expect(stdout).toContain(`it states "${OTHER_COMMIT}", ${distance}. `);
    expect(internet.requests.map(({ path }) => path)).toEqual([`/repos/acme/app/compare/${COMMIT}...${OTHER_COMMIT}`]);
  });

  test('not in this repository, where the token sees the expected commit', async () => {
    compareIs(({ path }, response) =>
      path.endsWith(`${COMMIT}...${COMMIT}`)
        ? json(response, 200, { status: 'identical' })
        : json(response, 404, { message: 'Not Found' }),
    );
    expect((await run('stale')).summary).toContain('not in this repository');
  });

  test('nothing is said where the token may not look', async () => {
    compareIs((_, response) => json(response, 404, { message: 'Not Found' }));
    const { summary, exitCode } = await run('stale');
    expect(summary).not.toContain('repository,');
    expect(summary).not.toMatch(/older|newer|not in this/);
    expect(summary).toContain('The tag points to another build.');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['a pass', 'good', {}],
    ['no token', 'stale', { 'github-token': '' }],
    ['no commit expected', 'stale', { revision: 'any' }],
  ])('is not asked for %s', async (_, tag, inputs) => {
    says('behind', 0, 3);
    await run(tag, inputs);
    expect(internet.requests).toEqual([]);
  });

  test.each([
    ['403', (response: ServerResponse): void => json(response, 403, { message: 'Resource not accessible' })],
    ['500', (response: ServerResponse): void => json(response, 500, {})],
    ['nonsense', (response: ServerResponse): void => json(response, 200, { status: 'pass', behind_by: '<b>' })],
    ['nothing at all', (): void => {}],
  ])('an answer of %s changes nothing, and takes two seconds at most', async (_, answer) => {
    compareIs((__, response) => answer(response));
    const { outputs, exitCode, summary, seconds, stdout } = await run('stale');
    expect([outputs['result'], exitCode]).toEqual(['fail', 1]);
    expect(summary).not.toMatch(/older|newer|not in this/);
    expect(stdout).not.toContain('::warning');
    expect(seconds).toBeLessThan(4);
  });

  test('numbers that are text, negative or broken are not shown', async () => {
    for (const value of ['3](https://evil.example) [x', -1, 1.5, null, { a: 1 }]) {
      compareIs((_, response) => json(response, 200, { status: 'behind', ahead_by: value, behind_by: value }));
      const { summary, stdout } = await run('stale');
      expect(summary).not.toContain('evil');
      expect(stdout).toContain(`it states "${OTHER_COMMIT}", older. `);
    }
  });

  test.each([
    ['behind', `compare/${OTHER_COMMIT}...${COMMIT}`],
    ['ahead', `compare/${COMMIT}...${OTHER_COMMIT}`],
  ])('%s: the link shows the commits that lie between', async (status, address) => {
    says(status, 2, 2);
    expect((await run('stale')).summary).toContain(address);
  });

  test('a commit that is to be contained is behind by as many', async () => {
    says('behind', 0, 4);
    const { summary } = await run('stale', { revision: 'any', 'contains-commit': COMMIT });
    expect(summary).toContain('4 commits behind');
  });

  test('five commits at the most are asked about, and only full ones', async () => {
    says('behind', 0, 3);
    for (let n = 0; n < 8; n += 1) {
      const revision = n === 0 ? 'main' : `${n}${OTHER_COMMIT.slice(1)}`;
      registry.push('many', `v${n}`, buildImage({ labels: { [REVISION]: revision } }));
    }
    await run('stale', { image: `${registry.host()}/many:v*` });
    expect(internet.requests).toHaveLength(5);
  });
});

describe('a missing tag', () => {
  const missing = async (tag: string): Promise<string> => (await run(tag)).stdout;
  test('names the one that was meant', async () => {
    expect(await missing('stalee')).toContain('Did you mean "stale"?');
  });
  test('names some where none is near, and how many more', async () => {
    for (const tag of ['v1.0', 'v1.1', 'v1.2']) registry.push('app', tag, buildImage());
    expect(await missing('production-2026')).toMatch(/Check the spelling\. Its tags are \S+, \S+, \S+ and 2 more\./);
  });
  test('a list that is refused, slow or hostile changes nothing', async () => {
    registry.override(({ path }, response) => {
      if (!path.includes('/tags/list')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ tags: ['::error::x', '<b>', 'a b', 'nowhere\n::stop-commands::x'] }));
      return true;
    });
    const { stdout, summary, outputs } = await run('nowhere');
    expect(outputs['result']).toBe('missing');
    expect(stdout).not.toMatch(/Did you mean|Its tags/);
    expect(stdout + summary).not.toMatch(/<b>|stop-commands/);
  });
  test('neither a token nor a password is told as a tag', async () => {
    const secret = 'password-of-bob-1234';
    const closed = await FakeRegistry.start({ sameHostAuth: true, cdn: false, username: 'bob', password: secret });
    closed.push('app', 'good', buildImage());
    closed.override(({ path }, response) => {
      if (!path.includes('/tags/list')) return false;
      json(response, 200, { tags: [TOKEN, secret, 'v1.0'] });
      return true;
    });
    const { stdout, summary } = await runAction({
      inputs: { image: closed.reference('app', 'nowhere'), username: 'bob', password: secret },
    });
    await closed.stop();
    expect(stdout).toContain('Its tags are v1.0.');
    const told = stdout.replaceAll(/^::add-mask::.*$/gm, '') + summary;
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain(secret);
  });
  test('is not asked for by digest', async () => {
    await runAction({ inputs: { image: `${registry.host()}/app@sha256:${'a'.repeat(64)}` } });
    expect(registry.lines().filter((line) => line.includes('/tags/list'))).toEqual([]);
  });
});
