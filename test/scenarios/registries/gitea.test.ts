/** Gitea and Forgejo, as a stand-in behind its real host name. */
import { test } from 'vitest';
import { json } from '../../support/internet.ts';
import {
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  serve,
  run,
  config,
  authOf,
  expectPass,
} from '../../support/stand-ins.ts';

test('Gitea and Forgejo (go-gitea#31861: 404 to a POST for a token): GET with Basic', async () => {
  const gitea: Registry = {
    host: 'git.example.com',
    repository: 'acme/app',
    challenge: 'Bearer realm="https://git.example.com/v2/token",service="container_registry",scope="*"',
    accepts: `Bearer ${TOKEN}`,
  };
  serve(gitea);
  const rest = internet.siteOf(gitea.host);
  internet.site(gitea.host, (request, response) => {
    if (request.path !== '/v2/token') return rest(request, response);
    if (request.method === 'POST') return json(response, 404, {});
    return request.headers.authorization === basic('alice', PASSWORD)
      ? json(response, 200, { token: TOKEN })
      : json(response, 401, {});
  });
  expectPass(
    await run(
      'git.example.com/acme/app:main',
      {},
      config({ 'git.example.com': { ...authOf('alice', PASSWORD), identitytoken: 'identity-token-x' } }),
    ),
  );
});
