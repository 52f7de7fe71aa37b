/** Token services that are asked before the registry has named them: a wrong guess costs nothing and leaks nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, type BuiltImage } from '../support/images.ts';
import { Internet, json, registryError, type Site } from '../support/internet.ts';
import { type Run, runAction } from '../support/runner.ts';

const TOKEN = 'known-token-31c07a';
const PASSWORD = 'known-password-9d2e';
const BASIC = `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}`;
const SCOPE = 'scope=repository%3Aacme%2Fapp%3Apull';

describe('a known token service', () => {
  let internet: Internet;
  const image: BuiltImage = buildImage();
  beforeEach(async () => void (internet = await Internet.start()));
  afterEach(() => internet.stop());

  const run = (reference: string, inputs: Record<string, string> = {}): Promise<Run> =>
    runAction({ inputs: { image: reference, ...internet.inputs, ...inputs }, env: internet.env });

  /** A registry that lets `accepts` in, and answers all else with `challenge`. */
  const registry =
    (accepts: string | null, challenge: string): Site =>
    ({ path, headers }, response) => {
      if (accepts !== null && headers.authorization !== accepts) {
        return json(response, 401, registryError('UNAUTHORIZED'), { 'www-authenticate': challenge });
      }
      const blob = path.endsWith('/manifests/main') ? image.manifest : image.config;
      response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
    };
  const token =
    (status = 200): Site =>
    (_, response) =>
      json(response, status, status === 200 ? { token: TOKEN } : registryError('DENIED'));
  const beside =
    (path: string, service: Site, rest: Site): Site =>
    (request, response) =>
      request.path === path ? service(request, response) : rest(request, response);

  test.each([
    ['docker.io/acme/app:main', 'registry-1.docker.io', 'auth.docker.io/token', 'registry.docker.io'],
    ['ghcr.io/acme/app:main', 'ghcr.io', 'ghcr.io/token', 'ghcr.io'],
    ['quay.io/acme/app:main', 'quay.io', 'quay.io/v2/auth', 'quay.io'],
    ['registry.gitlab.com/acme/app:main', 'registry.gitlab.com', 'gitlab.com/jwt/auth', 'container_registry'],
    ['public.ecr.aws/acme/app:main', 'public.ecr.aws', 'public.ecr.aws/token/', 'public.ecr.aws'],
    [
      'europe-docker.pkg.dev/acme/app:main',
      'europe-docker.pkg.dev',
      'europe-docker.pkg.dev/v2/token',
      'europe-docker.pkg.dev',
    ],
    ['gcr.io/acme/app:main', 'gcr.io', 'gcr.io/v2/token', 'gcr.io'],
    ['acme.azurecr.io/acme/app:main', 'acme.azurecr.io', 'acme.azurecr.io/oauth2/token', 'acme.azurecr.io'],
  ])('of %s is asked first, and no request meets a 401', async (reference, host, realm, service) => {
    const { host: realmHost, pathname } = new URL(`https://${realm}`);
    const site = registry(`Bearer ${TOKEN}`, 'Bearer realm="https://nobody.example.com/"');
    if (realmHost === host) internet.site(host, beside(pathname, token(), site));
    else {
      internet.site(host, site);
      internet.site(realmHost, token());
    }
    expect(await run(reference)).toMatchObject({ exitCode: 0 });
    expect(internet.conversation()).toEqual([
      `GET ${realm}?service=${service}&${SCOPE}`,
      `GET ${host}/v2/acme/app/manifests/main [Bearer ${TOKEN}]`,
      `GET ${host}/v2/acme/app/blobs/${image.config.digest} [Bearer ${TOKEN}]`,
    ]);
  });

  test('two platforms on Docker Hub: 8 requests over 3 connections', async () => {
    const index = buildTwoPlatforms();
    const blobs = [index.manifest, ...index.children.flatMap(({ manifest, config }) => [manifest, config])];
    internet.site('registry-1.docker.io', ({ path, headers }, response) => {
      const name = path.split('/').at(-1) as string;
      const blob = name === 'main' ? index.manifest : blobs.find(({ digest }) => digest === name);
      if (headers.authorization !== `Bearer ${TOKEN}` || !blob) return json(response, 401, {});
      const location = `https://production.cloudflare.docker.com/${name}`;
      if (path.includes('/blobs/')) return void response.writeHead(307, { location }).end();
      response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
    });
    internet.site('production.cloudflare.docker.com', ({ path }, response) => {
      response.end(blobs.find(({ digest }) => `/${digest}` === path)?.bytes);
    });
    internet.site('auth.docker.io', token());
    expect(await run('acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(internet.requests).toHaveLength(8);
    expect(internet.connects).toHaveLength(3);
  });

  test('that has moved: the registry names the new one, which is asked', async () => {
    const challenge = 'Bearer realm="https://quay.io/new/token",service="quay.io"';
    const site = registry(`Bearer ${TOKEN}`, challenge);
    internet.site('quay.io', beside('/v2/auth', token(404), beside('/new/token', token(), site)));
    expect(await run('quay.io/acme/app:main', { username: 'alice', password: PASSWORD })).toMatchObject({
      exitCode: 0,
    });
    expect(internet.conversation().slice(0, 4)).toEqual([
      `GET quay.io/v2/auth?service=quay.io&${SCOPE} [${BASIC}]`,
      'GET quay.io/v2/acme/app/manifests/main',
      `GET quay.io/new/token?service=quay.io&${SCOPE} [${BASIC}]`,
      `GET quay.io/v2/acme/app/manifests/main [Bearer ${TOKEN}]`,
    ]);
  });

  test.each([
    ['in trouble for a moment', 503, 0],
    ['too busy for a moment', 408, 0],
    ['slow for a moment', 200, 3_500],
  ])('that is %s is asked again once the registry names it', async (_, status, delayMs) => {
    const challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io"';
    let asked = 0;
    const service: Site = async (request, response) => {
      asked += 1;
      const isFirst = asked === 1;
      if (isFirst && delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      await token(isFirst ? status : 200)(request, response);
    };
    internet.site('ghcr.io', beside('/token', service, registry(`Bearer ${TOKEN}`, challenge)));
    expect(await run('ghcr.io/acme/app:main')).toMatchObject({ exitCode: 0 });
    expect(asked).toBe(2);
  });

  test('that rejects credentials is not asked a second time, and they go nowhere else', async () => {
    const challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io"';
    internet.site('ghcr.io', beside('/token', token(403), registry('never', challenge)));
    const result = await run('ghcr.io/acme/app:main', { username: 'alice', password: PASSWORD });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('were rejected by ghcr.io');
    expect(internet.conversation()).toEqual([
      `GET ghcr.io/token?service=ghcr.io&${SCOPE} [${BASIC}]`,
      'GET ghcr.io/v2/acme/app/manifests/main',
    ]);
  });

  test('is not needed where the registry lets everybody in', async () => {
    internet.site('quay.io', beside('/v2/auth', token(500), registry(null, '')));
    expect(await run('quay.io/acme/app:main')).toMatchObject({ exitCode: 0 });
  });
});
