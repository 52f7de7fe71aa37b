/** GitLab, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  serve,
  tokens,
  run,
  login,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('GitLab (devcontainers builtInCrossOriginAuthHosts; 403 "access forbidden" at the token service [K])', () => {
  const gitlab: Registry = {
    host: 'registry.gitlab.com',
    repository: 'acme/app',
    challenge:
      'Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",scope="repository:acme/app:pull"',
    accepts: `Bearer ${TOKEN}`,
  };

  test('gitlab.com may see the credentials of registry.gitlab.com (A-15)', async () => {
    serve(gitlab);
    tokens('gitlab.com', '/jwt/auth', basic('alice', PASSWORD));
    expectPass(await run('registry.gitlab.com/acme/app:main', login));
  });

  test('a self-managed GitLab needs trusted-auth-hosts, and the error names it (artifact-keeper#3591)', async () => {
    serve({
      ...gitlab,
      host: 'registry.example.com',
      challenge: (gitlab.challenge as string).replace('gitlab.com', 'git.example.com'),
    });
    tokens('git.example.com', '/jwt/auth', basic('alice', PASSWORD));
    const refused = await run('registry.example.com/acme/app:main', login);
    expectError(
      refused,
      'asked to send credentials to git.example.com; refused',
      'add registry.example.com=git.example.com to trusted-auth-hosts',
    );
    expect(internet.conversation()).toEqual(['GET registry.example.com/v2/acme/app/manifests/main']);
    expectPass(
      await run('registry.example.com/acme/app:main', {
        ...login,
        'trusted-auth-hosts': 'registry.example.com=git.example.com',
      }),
    );
  });

  test('access forbidden says which token is wanted', async () => {
    serve(gitlab);
    internet.site('gitlab.com', (_, response) => json(response, 403, registryError('DENIED', 'access forbidden')));
    expectError(await run('registry.gitlab.com/acme/app:main', login), 'access forbidden', 'read_registry');
  });
});
