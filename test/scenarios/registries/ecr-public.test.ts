/** ECR Public, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  internet,
  TOKEN,
  type Registry,
  tokensBeside,
  run,
  config,
  authOf,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('ECR Public (aws/containers-roadmap#2835: stale credentials break public pulls)', () => {
  const ecr: Registry = {
    host: 'public.ecr.aws',
    repository: 'docker/library/alpine',
    challenge: 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'd1.cloudfront.net',
  };

  test('anonymous passes; the scope that is offered is not asked for (A-4)', async () => {
    tokensBeside(ecr, '/token/', undefined);
    expectPass(await run('public.ecr.aws/docker/library/alpine:main'));
    expect(internet.conversation()[0]).toBe(
      'GET public.ecr.aws/token/?service=public.ecr.aws&scope=repository%3Adocker%2Flibrary%2Falpine%3Apull',
    );
  });

  test('stale credentials say to log out', async () => {
    tokensBeside(ecr, '/token/', undefined);
    expectError(
      await run(
        'public.ecr.aws/docker/library/alpine:main',
        {},
        config({ 'public.ecr.aws': authOf('AWS', 'stale-password') }),
      ),
      'log out of public.ecr.aws',
    );
  });

  test('an expired bearer token is 400 without a challenge: an error that tells the same', async () => {
    internet.site('public.ecr.aws', (_, response) =>
      json(response, 400, registryError('UNSUPPORTED', 'Your Authorization Token is invalid.')),
    );
    expectError(await run('public.ecr.aws/docker/library/alpine:main'), 'HTTP 400');
  });
});
