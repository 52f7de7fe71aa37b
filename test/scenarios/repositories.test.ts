/** A pattern in the repository: a registry's catalog, or Docker Hub's own API. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSelector } from '../../src/reference/selector.ts';
import { buildImage } from '../support/images.ts';
import { Internet, json, registryError } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const image = buildImage();

describe('which repositories a pattern means', () => {
  test.each([
    [
      'registry.example.com/team/*:main',
      { kind: 'repositories', registry: 'registry.example.com', pattern: 'team/*', tag: 'main' },
    ],
    [
      'registry.example.com/**',
      { kind: 'repositories', registry: 'registry.example.com', pattern: '**', tag: 'latest' },
    ],
    [
      'registry.example.com/a/b?:v*',
      { kind: 'repositories', registry: 'registry.example.com', pattern: 'a/b?', tag: 'v*' },
    ],
    ['docker.io/acme/*', { kind: 'repositories', registry: 'docker.io', pattern: 'acme/*', tag: 'latest' }],
    ['acme/*:1', { kind: 'repositories', registry: 'docker.io', pattern: 'acme/*', tag: '1' }],
    ['index.docker.io/acme/a*:1', { kind: 'repositories', registry: 'docker.io', pattern: 'acme/a*', tag: '1' }],
    ['alpine:3.*', { kind: 'tags', registry: 'docker.io', repository: 'library/alpine', pattern: '3.*' }],
    ['ghcr.io/acme/app:*', { kind: 'tags', registry: 'ghcr.io', repository: 'acme/app', pattern: '*' }],
  ])('%s', (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
  });

  test.each([
    ['*:main', 'needs a namespace'],
    ['ac*:main', 'needs a namespace'],
    ['a*/b:main', 'needs a namespace'],
    ['docker.io/*/x:main', 'needs a namespace'],
    ['*.example.com/team/app:main', 'no wildcard'],
    ['registry.example.com/te+m/*:main', 'not a repository name'],
    ['registry.example.com/team/*:', 'tag is empty'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseSelector(text)).toThrow(message);
  });
});

describe('a registry’s catalog', () => {
  let registry: FakeRegistry;
  beforeEach(async () => void (registry = await FakeRegistry.start()));
  afterEach(() => registry.stop());
  const run = (pattern: string, inputs: Record<string, string> = {}): Promise<Run> =>
    runAction({ inputs: { image: `${registry.host()}/${pattern}`, ...inputs } });

  test('every matching repository; * stays within a segment, ** crosses', async () => {
    for (const name of ['team/a', 'team/b', 'team/deep/c', 'other/d']) registry.push(name, 'main', image);
    const count = async (pattern: string): Promise<number> =>
      (JSON.parse((await run(pattern)).outputs['images'] ?? '') as unknown[]).length;
    expect(await count('team/*:main')).toBe(2);
    expect(await count('team/**:main')).toBe(3);
    expect(await count('**:main')).toBe(4);
    expect(await count('**/d:main')).toBe(1);
    expect(await count('team/?:m*')).toBe(2);
  });

  test('a repository of the catalog whose tags are gone is named, and hides none of the others', async () => {
    registry.push('team/a', 'main', image);
    registry.override((request, response) => {
      if (!request.path.startsWith('/v2/_catalog') || request.headers.authorization === undefined) return false;
      json(response, 200, { repositories: ['team/a', 'team/gone'] });
      return true;
    });
    const result = await run('team/*:m*');
    expect(result.outputs['result']).toBe('pass');
    const gone = {
      reference: `${registry.host()}/team/gone`,
      reason: 'the catalog names it, and it has no list of tags.',
    };
    expect(result.report).toMatchObject({ skipped: [gone] });
    expect(result.stdout).toContain(`${gone.reference}: ${gone.reason}`);
  });

  test('a repository that is named as a credential is in no report, also where it has no tags', async () => {
    const password = 'correct-horse-battery';
    await registry.stop();
    registry = await FakeRegistry.start({ auth: 'basic', username: 'alice', password });
    registry.push('team/a', 'main', image);
    registry.override((request, response) => {
      if (!request.path.startsWith('/v2/_catalog') || request.headers.authorization === undefined) return false;
      json(response, 200, { repositories: ['team/a', `team/${password}`] });
      return true;
    });
    const result = await run('team/*:m*', { username: 'alice', password });
    expect(result.outputs['result']).toBe('error');
    const shown = [
      result.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
      result.summary,
      JSON.stringify([result.report, result.outputs]),
    ];
    expect(shown.join('\n')).not.toContain(password);
  });

  test('asks for the catalog with the scope of the catalog, and for each repository with its own', async () => {
    registry.push('team/a', 'main', image);
    await run('team/*:main');
    const scopes = registry.requests
      .filter(({ path }) => path.startsWith('/token'))
      .map(({ path }) => new URL(path, 'http://x').searchParams.get('scope'));
    expect(scopes[0]).toMatch(/^(registry:catalog:\*|repository::pull)$/);
    expect(scopes).toEqual(['registry:catalog:*', 'repository:team/a:pull']);
  });

  test('a repository whose last tag was deleted selects nothing', async () => {
    registry.push('team/a', 'v1', image);
    registry.override((request, response) => {
      if (request.path.startsWith('/v2/_catalog') && request.headers.authorization !== undefined) {
        json(response, 200, { repositories: ['team/a', 'team/gone'] });
        return true;
      }
      return false;
    });
    expect((await run('team/*:v*')).outputs['result']).toBe('pass');
  });

  test.each([404, 401, 403, 405])('a registry without one (HTTP %i) gets an error that says so', async (status) => {
    registry.override((request, response) => {
      if (!request.path.startsWith('/v2/_catalog')) return false;
      json(response, status, registryError('UNSUPPORTED'));
      return true;
    });
    const result = await run('team/*:main');
    expect(result.stdout).toContain('has no catalog of its repositories');
    expect(result.exitCode).toBe(2);
  });

  test('ghcr.io has none, and is not asked', async () => {
    const result = await runAction({
      inputs: { image: 'ghcr.io/acme/*:main' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    expect(result.stdout).toContain('ghcr.io has no catalog of its repositories');
    expect(result.exitCode).toBe(2);
  });
});

describe('Docker Hub (docs.docker.com/reference/api/hub; not tried against the real service)', () => {
  let internet: Internet;
  beforeEach(async () => {
    internet = await Internet.start();
    internet.site('registry-1.docker.io', ({ path }, response) => {
      if (path.includes('/manifests/')) {
        return void response
          .writeHead(200, { 'content-type': image.manifest.mediaType, 'docker-content-digest': image.manifest.digest })
          .end(image.manifest.bytes);
      }
      response.writeHead(200).end(image.config.bytes);
    });
  });
  afterEach(() => internet.stop());
  const names = Array.from({ length: 130 }, (_, at) => `app${at}`);
  const hub = (accepts: string | undefined): void =>
    internet.site('hub.docker.com', ({ method, path, query, headers, body }, response) => {
      if (path === '/v2/auth/token') {
        const { identifier, secret } = JSON.parse(body) as Record<string, string>;
        const isRight = method === 'POST' && identifier === 'alice' && secret === 'pa55-word-of-alice';
        return isRight
          ? json(response, 200, { access_token: 'hub-token-0123456789' })
          : json(response, 401, { message: 'incorrect' });
      }
      if (headers.authorization !== accepts) return json(response, 401, {});
      if (path !== '/v2/namespaces/acme/repositories') return json(response, 404, {});
      const page = Number(query.get('page'));
      const results = names.slice((page - 1) * 100, page * 100).map((name) => ({ name }));
      return json(response, 200, {
        count: names.length,
        next: page * 100 < names.length ? 'https://hub.docker.com/next' : null,
        results,
      });
    });
  const run = (pattern: string, inputs: Record<string, string> = {}): Promise<Run> =>
    runAction({ inputs: { image: pattern, ...internet.inputs, ...inputs }, env: internet.env });

  test('anonymous, pages of 100', async () => {
    hub(undefined);
    const result = await run('acme/app12?:main');
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.outputs['images'] ?? '') as unknown[]).toHaveLength(10);
    expect(internet.conversation().filter((line) => line.includes('hub.docker.com'))).toEqual([
      'GET hub.docker.com/v2/namespaces/acme/repositories?page_size=100&page=1',
      'GET hub.docker.com/v2/namespaces/acme/repositories?page_size=100&page=2',
    ]);
  });

  test('with credentials: identifier and secret for a bearer token, which stays there', async () => {
    hub('Bearer hub-token-0123456789');
    const result = await run('acme/app5:main'.replace('app5', 'app?'), {
      username: 'alice',
      password: 'pa55-word-of-alice',
    });
    expect(result.exitCode).toBe(0);
    expect(
      internet.requests
        .filter(({ headers }) => headers.authorization?.includes('hub-token'))
        .every(({ host }) => host === 'hub.docker.com'),
    ).toBe(true);
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/hub-token|pa55-word/);
  });

  test('rejected credentials are an error, never an anonymous retry', async () => {
    hub(undefined);
    const result = await run('acme/*:main', { username: 'alice', password: 'wrong-password' });
    expect(result.stdout).toContain('Docker Hub rejects these credentials');
    expect(result.exitCode).toBe(2);
    expect(internet.requests).toHaveLength(1);
  });

  test('credentials that cannot log in there are an error, never an anonymous list', async () => {
    hub(undefined);
    const auths = { 'https://index.docker.io/v1/': { identitytoken: 'identity-token-x' } };
    const result = await runAction({
      inputs: { image: 'acme/*:main', ...internet.inputs },
      env: { ...internet.env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
    });
    expect(result.stdout).toContain('cannot list repositories on Docker Hub');
    expect(internet.requests).toEqual([]);
  });

  test('an unknown namespace is missing', async () => {
    hub(undefined);
    expect((await run('nobody/*:main')).outputs['result']).toBe('missing');
  });
});
