/** ECR, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import { json, registryError } from '../../support/internet.ts';
import {
  image,
  internet,
  basic,
  PASSWORD,
  type Registry,
  serve,
  run,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('ECR (flipt#3043, soci#1196: an expired token is 403 without a challenge; distribution#3792: no digest header)', () => {
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const ecr: Registry = {
    host,
    repository: 'app',
    challenge: `Basic realm="https://${host}/",service="ecr.amazonaws.com"`,
    accepts: basic('AWS', PASSWORD),
    blobHost: 'prod-layers.s3.amazonaws.com',
    headers: {},
  };

  test('Basic with AWS passes; the bucket sees no credentials', async () => {
    serve(ecr);
    expectPass(await run(`${host}/app:main`, { username: 'AWS', password: PASSWORD }));
    expect(internet.conversation()).toEqual([
      `GET ${host}/v2/app/manifests/main`,
      `GET ${host}/v2/app/manifests/main [${basic('AWS', PASSWORD)}]`,
      `GET ${host}/v2/app/blobs/${image.config.digest} [${basic('AWS', PASSWORD)}]`,
      'GET prod-layers.s3.amazonaws.com/config?X-Signature=presigned-77',
    ]);
  });

  test('an expired token says to log in again in this job', async () => {
    internet.site(host, ({ headers }, response) =>
      headers.authorization === undefined
        ? json(response, 401, 'Not Authorized', { 'www-authenticate': ecr.challenge as string })
        : json(
            response,
            403,
            registryError('DENIED', 'Your authorization token has expired. Reauthenticate and try again.'),
          ),
    );
    expectError(
      await run(`${host}/app:main`, { username: 'AWS', password: PASSWORD }),
      'denies access',
      'live 12 hours',
      'amazon-ecr-login',
    );
  });
});
