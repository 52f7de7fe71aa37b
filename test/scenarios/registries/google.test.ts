/** Artifact Registry and gcr.io, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  internet,
  basic,
  TOKEN,
  type Registry,
  serve,
  tokensBeside,
  run,
  login,
  config,
  authOf,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('Artifact Registry and gcr.io (containerd authorizer.go; containers/image setupRequestAuth: 401 without a challenge)', () => {
  const gar: Registry = {
    host: 'europe-docker.pkg.dev',
    repository: 'acme/repo/app',
    challenge:
      'Bearer realm="https://europe-docker.pkg.dev/v2/token",service="europe-docker.pkg.dev",scope="repository:acme/repo/app:pull"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'storage.googleapis.com',
  };
  const KEY = JSON.stringify(
    { type: 'service_account', private_key: '-----BEGIN PRIVATE KEY-----\nMIIE:colon\n' },
    null,
    2,
  );

  test('_json_key with a password of several lines and colons (A-22)', async () => {
    tokensBeside(gar, '/v2/token', basic('_json_key', KEY));
    const result = await run(
      'europe-docker.pkg.dev/acme/repo/app:main',
      {},
      config({ 'europe-docker.pkg.dev': authOf('_json_key', KEY) }),
    );
    expectPass(result);
    expect(result.stdout).toContain('::add-mask::');
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('MIIE:colon');
  });

  test('no access names the user names that work', async () => {
    tokensBeside(gar, '/v2/token', 'nobody');
    expectError(await run('europe-docker.pkg.dev/acme/repo/app:main', login), 'oauth2accesstoken', '_json_key');
  });

  test('a 401 without a challenge: /v2/ is asked for one, once (A-1)', async () => {
    const other: Registry = { ...gar, host: 'registry.example.com', repository: 'acme/app', challenge: null };
    serve(other);
    const rest = internet.siteOf('registry.example.com');
    internet.site('registry.example.com', (request, response) => {
      if (request.path === '/v2/') {
        return json(response, 401, registryError('UNAUTHORIZED'), {
          'www-authenticate': 'Bearer realm="https://registry.example.com/v2/token",service="registry.example.com"',
        });
      }
      return request.path === '/v2/token' ? json(response, 200, { token: TOKEN }) : rest(request, response);
    });
    expectPass(await run('registry.example.com/acme/app:main'));
    expect(internet.conversation().slice(0, 3)).toEqual([
      'GET registry.example.com/v2/acme/app/manifests/main',
      'GET registry.example.com/v2/',
      'GET registry.example.com/v2/token?service=registry.example.com&scope=repository%3Aacme%2Fapp%3Apull',
    ]);
  });
});
