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
    const gcr: Registry = { ...gar, host: 'gcr.io', repository: 'acme/app', challenge: null };
    serve(gcr);
    const rest = internet.siteOf('gcr.io');
    internet.site('gcr.io', (request, response) => {
      if (request.path === '/v2/') {
        return json(response, 401, registryError('UNAUTHORIZED'), {
          'www-authenticate': 'Bearer realm="https://gcr.io/v2/token",service="gcr.io"',
        });
      }
      return request.path === '/v2/token' ? json(response, 200, { token: TOKEN }) : rest(request, response);
    });
    expectPass(await run('gcr.io/acme/app:main'));
    expect(internet.conversation().slice(0, 3)).toEqual([
      'GET gcr.io/v2/acme/app/manifests/main',
      'GET gcr.io/v2/',
      'GET gcr.io/v2/token?service=gcr.io&scope=repository%3Aacme%2Fapp%3Apull',
    ]);
  });
});
