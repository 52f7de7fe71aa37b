/** Docker Hub, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  image,
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  serve,
  tokens,
  run,
  login,
  config,
  authOf,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('Docker Hub (containerd resolver.go DefaultHost; hub-feedback#1103; docker/docs pulls.md)', () => {
  const hub: Registry = {
    host: 'registry-1.docker.io',
    repository: 'library/alpine',
    challenge:
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'production.cloudflare.docker.com',
  };

  test.each([
    'alpine:main',
    'docker.io/library/alpine:main',
    'index.docker.io/library/alpine:main',
    'registry-1.docker.io/library/alpine:main',
  ])('%s is read anonymously from registry-1.docker.io', async (reference) => {
    serve(hub);
    tokens('auth.docker.io', '/token', undefined);
    expectPass(await run(reference));
    expect(internet.conversation()).toEqual([
      'GET auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Falpine%3Apull',
      `GET registry-1.docker.io/v2/library/alpine/manifests/main [Bearer ${TOKEN}]`,
      `GET registry-1.docker.io/v2/library/alpine/blobs/${image.config.digest} [Bearer ${TOKEN}]`,
      'GET production.cloudflare.docker.com/config?X-Signature=presigned-77',
    ]);
  });

  test.each([
    'https://index.docker.io/v1/',
    'index.docker.io',
    'docker.io',
    'registry-1.docker.io',
    'https://index.docker.io/v2/',
  ])('the docker config key %s is Docker Hub, and auth.docker.io may see it (A-15, A-21)', async (key) => {
    serve(hub);
    tokens('auth.docker.io', '/token', basic('alice', PASSWORD));
    expectPass(await run('alpine:main', {}, config({ [key]: authOf('alice', PASSWORD) })));
  });

  test('rejected credentials are an error, never an anonymous retry (A-13)', async () => {
    serve(hub);
    internet.site('auth.docker.io', ({ headers }, response) =>
      headers.authorization === undefined
        ? json(response, 200, { token: TOKEN })
        : json(response, 401, registryError('UNAUTHORIZED', 'incorrect username or password')),
    );
    expectError(await run('alpine:main', login), 'rejected by auth.docker.io', 'Docker ID (not the e-mail address)');
    expect(internet.requests.filter(({ host }) => host === 'auth.docker.io')).toHaveLength(1);
  });

  test('429 ends in an error that says what is left and that signing in raises it (H-5)', async () => {
    internet.site('registry-1.docker.io', (_, response) =>
      json(response, 429, registryError('TOOMANYREQUESTS', 'You have reached your unauthenticated pull rate limit.'), {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '0;w=21600',
        'retry-after': '3600',
      }),
    );
    expectError(
      await run('alpine:main'),
      '0 of 100 requests are left',
      'it asks to wait 3600 s',
      'Signing in raises the limit',
    );
    // A pause longer than a minute is not waited for: the error comes at once (H-3).
    expect(internet.requests.filter(({ host }) => host === 'registry-1.docker.io')).toHaveLength(1);
  });
});
