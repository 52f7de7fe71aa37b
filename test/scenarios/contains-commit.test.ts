/** GitHub's compare API, behind its real host name. Source: docs.github.com/rest/commits/commits, Compare two commits. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, type BuiltImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json, type SiteRequest } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';
import type { ServerResponse } from 'node:http';

const GITHUB_TOKEN = 'ghs_0123456789abcdef';
let internet: Internet;
let registry: FakeRegistry;
beforeEach(async () => {
  internet = await Internet.start();
  registry = await FakeRegistry.start({ auth: 'none' });
});
afterEach(async () => {
  await internet.stop();
  await registry.stop();
});

function github(answer: (response: ServerResponse, request: SiteRequest) => void, host = 'api.github.com'): void {
  internet.site(host, (request, response) => answer(response, request));
}
const compare =
  (status: string, ahead = 0, behind = 0) =>
  (response: ServerResponse): void =>
    json(response, 200, { status, ahead_by: ahead, behind_by: behind, commits: [] });

function run(revision: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Run> {
  registry.push('app', 'main', buildImage({ labels: revision === '' ? {} : { [REVISION]: revision } }));
  const image = registry.reference('app', 'main');
  return runAction({
    inputs: {
      image,
      revision: 'any',
      'contains-commit': COMMIT,
      'github-token': GITHUB_TOKEN,
      ...internet.inputs,
      ...inputs,
    },
    env: { ...internet.env, ...env },
  });
}

describe('contains-commit', () => {
  test('the same commit needs no request', async () => {
    expect((await run(COMMIT.toUpperCase())).exitCode).toBe(0);
    expect(internet.requests).toEqual([]);
  });

  test.each([
    ['ahead', 3, 0, 0, ''],
    ['identical', 0, 0, 0, ''],
    ['behind', 0, 2, 1, '2 commits behind'],
    ['diverged', 5, 1, 1, 'another line of history: 1 commit of'],
  ])('%s', async (status, ahead, behind, exitCode, text) => {
    github(compare(status, ahead, behind));
    const result = await run(OTHER_COMMIT);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toContain(text);
    expect(internet.requests.map(({ host, path }) => host + path)).toEqual([
      `api.github.com/repos/acme/app/compare/${COMMIT}...${OTHER_COMMIT}`,
    ]);
    expect(internet.requests[0]?.headers.authorization).toBe(`token ${GITHUB_TOKEN}`);
  });

  test.each([
    ['ahead', 'a commit that a fork adds on top of it would too'],
    ['identical', ''],
  ])('%s: a notice says that a fork’s commit would hold too, where the verdict rests on it', async (status, text) => {
    github(compare(status, 1));
    const result = await run(OTHER_COMMIT);
    expect(result.exitCode).toBe(0);
    expect(result.stdout.includes('a fork adds on top')).toBe(text !== '');
    expect(result.stdout).toContain(text);
  });

  test('a commit that arrives while we wait is seen', async () => {
    let asked = 0;
    github((response) => {
      asked += 1;
      if (asked === 1) json(response, 404, { message: 'Not Found' });
      else compare('ahead', 1)(response);
    });
    const result = await run(OTHER_COMMIT, { 'wait-timeout': '20s' });
    expect(result.outputs['result']).toBe('pass');
    expect(asked).toBe(2);
  });

  test.each([
    ['a secondary limit', { 'retry-after': '60' }],
    ['a secondary limit that says so in words only', {}],
    ['a secondary limit without a pause', { 'retry-after': 'soon' }],
    [
      'the hourly limit',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3000) },
    ],
  ])('%s is no lack of permissions, and its pause is longer than we may wait', async (_, headers) => {
    github((response) => json(response, 403, { message: 'You have exceeded a secondary rate limit' }, headers));
    const result = await run(OTHER_COMMIT, { 'wait-timeout': '20s' });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('limits the rate of requests');
    expect(result.stdout).not.toContain('permissions');
    expect(result.seconds).toBeLessThan(5);
  });

  test('a commit that the repository does not have never passes, and is explained', async () => {
    github((response) => json(response, 404, { message: 'Not Found' }));
    const result = await run(OTHER_COMMIT);
    expect(result.outputs['result']).toBe('fail');
    expect(result.stdout).toContain('built elsewhere, or is its label inherited from a base image?');
  });

  test.each([['main'], [OTHER_COMMIT.slice(0, 12)], [`${OTHER_COMMIT}-dirty`], ['../../../../user?x='], ['']])(
    'a stated revision %j that is no full commit ID never holds and is never sent',
    async (revision) => {
      github(compare('ahead', 1));
      const result = await run(revision);
      expect(result.outputs['result']).toBe('fail');
      expect(internet.requests).toEqual([]);
    },
  );

  test.each([
    [
      '401',
      (response: ServerResponse): void => json(response, 401, { message: 'Bad credentials' }),
      'permissions: contents: read',
    ],
    [
      '403',
      (response: ServerResponse): void => json(response, 403, { message: 'Resource not accessible by integration' }),
      'permissions: contents: read',
    ],
    [
      'an exhausted limit',
      (response: ServerResponse): void => json(response, 403, { message: 'limit' }, { 'x-ratelimit-remaining': '0' }),
      'limits the rate',
    ],
    ['500', (response: ServerResponse): void => json(response, 500, {}), 'could not be asked'],
    ['a reset', (response: ServerResponse): void => void response.req.socket.destroy(), 'could not be asked'],
    ['nonsense', (response: ServerResponse): void => json(response, 200, { hello: 'world' }), 'could not be asked'],
  ])('%s is an error, exit code 2', async (_, answer, text) => {
    github(answer);
    const result = await run(OTHER_COMMIT);
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(GITHUB_TOKEN);
  });

  test('no token says which input to set', async () => {
    const result = await run(OTHER_COMMIT, { 'github-token': '' });
    expect(result.stdout).toContain('github-token is empty');
    expect(result.exitCode).toBe(2);
  });

  test('GitHub Enterprise: GITHUB_API_URL, and one request for two platforms of one revision', async () => {
    github(compare('ahead', 1), 'github.example.com');
    registry.push('app', 'two', buildTwoPlatforms({ labels: { [REVISION]: OTHER_COMMIT } }));
    const result = await run(
      OTHER_COMMIT,
      { image: registry.reference('app', 'two') },
      { GITHUB_API_URL: 'https://github.example.com/api/v3' },
    );
    expect(result.exitCode).toBe(0);
    expect(internet.conversation()).toEqual([
      `GET github.example.com/api/v3/repos/acme/app/compare/${COMMIT}...${OTHER_COMMIT}?per_page=1&page=2 [token ${GITHUB_TOKEN}]`,
    ]);
  });

  test('without ca-file, the private authority of the API is not trusted', async () => {
    github(compare('ahead', 1));
    expect((await run(OTHER_COMMIT, { 'ca-file': '' })).exitCode).toBe(2);
    expect(internet.requests).toEqual([]);
  });
});

describe('a value that is the base image’s own', () => {
  const annotations = (name: string): Record<string, string> => ({ 'org.opencontainers.image.base.name': name });
  function pushPair(baseRevision: string): string {
    const base = buildImage({ labels: { [REVISION]: baseRevision, vendor: 'base' } });
    registry.push('base', '1', base);
    const name = registry.reference('base', '1');
    registry.push(
      'app',
      'main',
      buildImage({
        labels: { [REVISION]: OTHER_COMMIT },
        annotations: { ...annotations(name), 'org.opencontainers.image.base.digest': base.manifest.digest },
      }),
    );
    return name;
  }

  test('is explained as inherited, and read by the digest that the image states', async () => {
    const name = pushPair(OTHER_COMMIT);
    const result = await runAction({ inputs: { image: registry.reference('app', 'main') } });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(`The value is inherited from ${name}.`);
    expect(registry.lines().some((line) => line.includes('/base/manifests/sha256:'))).toBe(true);
  });

  test('in another repository it is not read with the credentials of the image: its labels are not to be guessed', async () => {
    const closed = await FakeRegistry.start({ username: 'u', password: 'password-of-u', sameHostAuth: true });
    const base = buildImage({ labels: { secret: OTHER_COMMIT } });
    for (const repository of ['secret/base', 'app']) closed.push(repository, 'base', base);
    const named = (name: string): BuiltImage =>
      buildImage({ labels: { [REVISION]: OTHER_COMMIT }, annotations: annotations(name) });
    closed.push('app', 'guess', named(closed.reference('secret/base', 'base')));
    closed.push('app', 'own', named(closed.reference('app', 'base')));
    const look = (tag: string): Promise<Run> =>
      runAction({ inputs: { image: closed.reference('app', tag), username: 'u', password: 'password-of-u' } });
    const [guess, own] = [await look('guess'), await look('own')];
    await closed.stop();
    expect([guess.exitCode, own.exitCode]).toEqual([1, 1]);
    expect(guess.stdout).not.toContain('inherited from');
    expect(own.stdout).toContain('inherited from');
    const asked = closed.requests.filter(({ path }) => path.includes('secret'));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  test('is not claimed where the base image has another', async () => {
    pushPair('d'.repeat(40));
    const result = await runAction({ inputs: { image: registry.reference('app', 'main') } });
    expect(result.stdout).not.toContain('inherited from');
  });

  test('is not asked for where all is well', async () => {
    pushPair(OTHER_COMMIT);
    await runAction({ inputs: { image: registry.reference('app', 'main'), revision: OTHER_COMMIT } });
    expect(registry.lines().some((line) => line.includes('/base/'))).toBe(false);
  });

  test.each(['127.0.0.1:1/base:1', '10.0.0.1/base:1', 'localhost:9/base:1', 'not a reference', '$(x)'])(
    'an image that names %s as its base leads us nowhere, and its verdict stands',
    async (name) => {
      internet.site('r.example.com', ({ path }, response) => {
        const built = buildImage({ labels: { [REVISION]: OTHER_COMMIT }, annotations: annotations(name) });
        if (path.includes('/manifests/'))
          return void response.writeHead(200, { 'content-type': built.manifest.mediaType }).end(built.manifest.bytes);
        return void response.writeHead(200).end(built.config.bytes);
      });
      const result = await runAction({
        inputs: { image: 'r.example.com/app:main', ...internet.inputs },
        env: internet.env,
      });
      expect(result.outputs['result']).toBe('fail');
      expect(internet.connects).toEqual(['r.example.com:443']);
    },
  );
});
