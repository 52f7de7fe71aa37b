/** Azure Container Registry, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  serve,
  tokensBeside,
  run,
  config,
  authOf,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('Azure Container Registry (azure.github.io/acr/Token-BasicAuth; containerd authorizer.go: 400 to unknown grants)', () => {
  const acr: Registry = {
    host: 'acme.azurecr.io',
    repository: 'app',
    challenge:
      'Bearer realm="https://acme.azurecr.io/oauth2/token",service="acme.azurecr.io",scope="repository:app:pull"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'acme.blob.core.windows.net',
  };
  const IDENTITY = 'refresh-token-of-acr';

  test('an identity token goes to the token service in the body of a POST, never in a query (A-11)', async () => {
    tokensBeside(acr, '/oauth2/token', undefined);
    const entry = {
      auth: Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64'),
      identitytoken: IDENTITY,
    };
    expectPass(await run('acme.azurecr.io/app:main', {}, config({ 'acme.azurecr.io': entry })));
    expect(internet.conversation()[0]).toBe('POST acme.azurecr.io/oauth2/token');
    expect(Object.fromEntries(new URLSearchParams(internet.requests[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'assert-image',
      scope: 'repository:app:pull',
      refresh_token: IDENTITY,
      service: 'acme.azurecr.io',
    });
  });

  test('a POST that is refused falls back to GET where there is a password (A-11)', async () => {
    serve(acr);
    const rest = internet.siteOf(acr.host);
    internet.site(acr.host, (request, response) => {
      if (request.path !== '/oauth2/token') return rest(request, response);
      if (request.method === 'POST') return json(response, 400, registryError('UNSUPPORTED'));
      return request.headers.authorization === basic('alice', PASSWORD)
        ? json(response, 200, { access_token: TOKEN })
        : json(response, 401, {});
    });
    expectPass(
      await run(
        'acme.azurecr.io/app:main',
        {},
        config({ 'acme.azurecr.io': { ...authOf('alice', PASSWORD), identitytoken: IDENTITY } }),
      ),
    );
  });

  test('without a password the refusal stands, and is no anonymous retry', async () => {
    serve(acr);
    const rest = internet.siteOf(acr.host);
    internet.site(acr.host, (request, response) => {
      if (request.path !== '/oauth2/token') return rest(request, response);
      return request.method === 'POST'
        ? json(response, 401, registryError('UNAUTHORIZED'))
        : json(response, 200, { access_token: TOKEN });
    });
    expectError(
      await run('acme.azurecr.io/app:main', {}, config({ 'acme.azurecr.io': { identitytoken: IDENTITY } })),
      'AcrPull',
    );
    expect(internet.requests.filter(({ path }) => path === '/oauth2/token').map(({ method }) => method)).toEqual([
      'POST',
    ]);
  });
});
