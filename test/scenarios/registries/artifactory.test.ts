/** Artifactory, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json } from '../../support/internet.ts';
import {
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  tokensBeside,
  run,
  login,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('Artifactory (docker_registry2#83: octet-stream and no digest header; devcontainers/cli#692: no scope)', () => {
  const artifactory: Registry = {
    host: 'acme.jfrog.io',
    repository: 'docker/app',
    challenge: 'Bearer realm="https://acme.jfrog.io/artifactory/api/docker/docker/v2/token",service="acme.jfrog.io"',
    accepts: `Bearer ${TOKEN}`,
    contentType: 'application/octet-stream',
    headers: {},
  };

  test('a manifest as octet-stream, without a digest header', async () => {
    tokensBeside(artifactory, '/artifactory/api/docker/docker/v2/token', basic('alice', PASSWORD));
    expectPass(await run('acme.jfrog.io/docker/app:main', login));
  });

  test('a 404 in its own words is no proof that the image is missing, unless /v2/ answers as a registry', async () => {
    const body = { errors: [{ status: 404, message: 'File not found.' }] };
    internet.site('acme.jfrog.io', (_, response) => json(response, 404, body));
    expectError(await run('acme.jfrog.io/docker/app:main'), 'HTTP 404');
    internet.site('acme.jfrog.io', ({ path }, response) =>
      path === '/v2/'
        ? json(response, 200, {}, { 'docker-distribution-api-version': 'registry/2.0' })
        : json(response, 404, body),
    );
    expect((await run('acme.jfrog.io/docker/app:main')).outputs['result']).toBe('missing');
  });
});
