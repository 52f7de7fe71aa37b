/** ghcr.io, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  image,
  internet,
  basic,
  TOKEN,
  type Registry,
  serve,
  tokensBeside,
  run,
  login,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('ghcr.io (A-10, A-25; runner#1039; blobs on pkg-containers.githubusercontent.com [K])', () => {
  const ghcr: Registry = {
    host: 'ghcr.io',
    repository: 'acme/app',
    challenge: 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/app:pull"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'pkg-containers.githubusercontent.com',
  };
  const GITHUB_TOKEN = 'ghs_0123456789abcdef';

  test('github-token is used where nothing else is configured, and goes to ghcr.io only', async () => {
    tokensBeside(ghcr, '/token', basic('github-token', GITHUB_TOKEN));
    expectPass(await run('ghcr.io/acme/app:main', { 'github-token': GITHUB_TOKEN }));
    expect(internet.conversation()).toEqual([
      'GET ghcr.io/token?service=ghcr.io&scope=repository%3Aacme%2Fapp%3Apull',
      `GET ghcr.io/token?service=ghcr.io&scope=repository%3Aacme%2Fapp%3Apull [${basic('github-token', GITHUB_TOKEN)}]`,
      `GET ghcr.io/v2/acme/app/manifests/main [Bearer ${TOKEN}]`,
      `GET ghcr.io/v2/acme/app/blobs/${image.config.digest} [Bearer ${TOKEN}]`,
      'GET pkg-containers.githubusercontent.com/config?X-Signature=presigned-77',
    ]);
    expect(internet.connects.toSorted()).toEqual(['ghcr.io:443', 'pkg-containers.githubusercontent.com:443']);
  });

  // "permission_denied: read_package", for a token without packages: read (kedacore/http-add-on#48).
  test('a public image never sees it: ghcr.io would refuse a token without packages: read', async () => {
    tokensBeside(ghcr, '/token', undefined);
    expectPass(await run('ghcr.io/acme/app:main', { 'github-token': GITHUB_TOKEN }));
    expect(internet.conversation().join()).not.toContain('Basic');
    expect(internet.conversation()).toHaveLength(4);
  });

  test.each([
    ['for nothing', 200],
    ['with trouble of its own', 503],
  ])('a private image is read with it where the token service answers anonymous requests %s', async (_, status) => {
    serve(ghcr);
    const rest = internet.siteOf('ghcr.io');
    internet.site('ghcr.io', (request, response) => {
      if (request.path !== '/token') return rest(request, response);
      if (request.headers.authorization === basic('github-token', GITHUB_TOKEN))
        return json(response, 200, { token: TOKEN });
      return json(response, status, { token: 'good-for-nothing-5c1e' });
    });
    expectPass(await run('ghcr.io/acme/app:main', { 'github-token': GITHUB_TOKEN }));
    expect(internet.conversation().at(-1)).toContain('pkg-containers');
  });

  test('a private image is read with it where the registry itself denies the anonymous token with 403', async () => {
    serve(ghcr);
    const rest = internet.siteOf('ghcr.io');
    const ANONYMOUS = 'good-for-public-images-5c1e';
    internet.site('ghcr.io', (request, response) => {
      if (request.path === '/token') {
        const isKnown = request.headers.authorization === basic('github-token', GITHUB_TOKEN);
        return json(response, 200, { token: isKnown ? TOKEN : ANONYMOUS });
      }
      if (request.headers.authorization === `Bearer ${ANONYMOUS}`) return json(response, 403, registryError('DENIED'));
      return rest(request, response);
    });
    expectPass(await run('ghcr.io/acme/app:main', { 'github-token': GITHUB_TOKEN }));
    const manifests = internet.conversation().filter((line) => line.includes('/manifests/'));
    expect(manifests.map((line) => line.replace(/.*\[/, '['))).toEqual([`[Bearer ${ANONYMOUS}]`, `[Bearer ${TOKEN}]`]);
  });

  test('credentials that were chosen are never tried without', async () => {
    tokensBeside(ghcr, '/token', undefined);
    expectError(await run('ghcr.io/acme/app:main', { ...login, 'github-token': GITHUB_TOKEN }), 'were rejected');
  });

  test('a denied token mentions packages: read and the access of the repository', async () => {
    tokensBeside(ghcr, '/token', 'nobody');
    expectError(
      await run('ghcr.io/acme/app:main', { 'github-token': GITHUB_TOKEN }),
      'packages: read',
      'give this repository access',
      'do not exist',
    );
    expectError(await run('ghcr.io/acme/app:main'), 'packages: read');
  });

  test.each(['ghcr.io.evil.example', 'evil.example', 'mirror.ghcr.io'])(
    '%s never sees the github-token (A-25)',
    async (host) => {
      serve({ ...ghcr, host, accepts: 'nothing', challenge: `Basic realm="x"` });
      expectError(await run(`${host}/acme/app:main`, { 'github-token': GITHUB_TOKEN }));
      expect(internet.conversation().join()).not.toContain('[');
    },
  );

  test('ghcr.io on another port never sees it either (A-25)', async () => {
    serve({ ...ghcr, host: 'ghcr.io:8443', accepts: 'nothing', challenge: 'Basic realm="x"' });
    expectError(await run('ghcr.io:8443/acme/app:main', { 'github-token': GITHUB_TOKEN }));
    expect(internet.conversation().join()).not.toContain('[');
  });
});
