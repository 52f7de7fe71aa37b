/**
 * One stand-in for each registry that workflows use, behind its real host name. What each does is
 * from the table of catalogue section 2, whose sources are named with each; [K] marks behaviour
 * known only from hearsay, not tried against the real service.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, type BuiltImage } from '../support/images.ts';
import { Internet, json, registryError } from '../support/internet.ts';
import { runAction, type Run } from '../support/runner.ts';

const image = buildImage();
let internet: Internet;
beforeEach(async () => void (internet = await Internet.start()));
afterEach(() => internet.stop());

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const PASSWORD = 'pa55-word-of-alice';
const TOKEN = 'opaque-token-1f2e3d';

interface Registry {
  readonly host: string;
  readonly repository: string;
  readonly challenge: string | null;
  /** What lets a request in. */
  readonly accepts: string | null;
  readonly unauthorizedStatus?: number;
  readonly unauthorizedBody?: unknown;
  readonly blobHost?: string;
  readonly built?: BuiltImage;
  readonly headers?: Record<string, string>;
  readonly contentType?: string;
}

function serve(registry: Registry): void {
  const built = registry.built ?? image;
  internet.site(registry.host, ({ path, headers }, response) => {
    if (registry.accepts !== null && headers.authorization !== registry.accepts) {
      const challenge: Record<string, string> =
        registry.challenge === null ? {} : { 'www-authenticate': registry.challenge };
      return json(
        response,
        registry.unauthorizedStatus ?? 401,
        registry.unauthorizedBody ?? registryError('UNAUTHORIZED'),
        challenge,
      );
    }
    if (path === `/v2/${registry.repository}/manifests/main`) {
      const extra = registry.headers ?? { 'docker-content-digest': built.manifest.digest };
      return void response
        .writeHead(200, { 'content-type': registry.contentType ?? built.manifest.mediaType, ...extra })
        .end(built.manifest.bytes);
    }
    if (path === `/v2/${registry.repository}/blobs/${built.config.digest}`) {
      if (registry.blobHost === undefined) return void response.writeHead(200).end(built.config.bytes);
      return void response
        .writeHead(307, { location: `https://${registry.blobHost}/config?X-Signature=presigned-77` })
        .end();
    }
    return json(response, 404, registryError('MANIFEST_UNKNOWN'));
  });
  if (registry.blobHost === undefined) return;
  internet.site(registry.blobHost, ({ headers }, response) => {
    // S3, Azure and R2 refuse a presigned URL that comes with credentials (R-2).
    if (headers.authorization)
      return void response.writeHead(400).end('<Error>Only one auth mechanism allowed</Error>');
    response.writeHead(200).end(built.config.bytes);
  });
}

/** A token service that wants exactly one Authorization header, or none. */
function tokens(host: string, path: string, accepts: string | undefined, answer: unknown = { token: TOKEN }): void {
  internet.site(host, (request, response) => {
    if (request.path !== path) return json(response, 404, {});
    if (request.headers.authorization !== accepts)
      return json(response, 401, registryError('UNAUTHORIZED', 'incorrect username or password'));
    return json(response, 200, answer);
  });
}

/** Both on one host, as most registries have it. */
function tokensBeside(registry: Registry, path: string, accepts: string | undefined): void {
  serve(registry);
  const rest = internet.siteOf(registry.host);
  internet.site(registry.host, (request, response) => {
    if (request.path !== path) return rest(request, response);
    if (request.headers.authorization !== accepts)
      return json(response, 403, registryError('DENIED', 'requested access is denied'));
    return json(response, 200, { token: TOKEN, expires_in: 300 });
  });
}

function run(reference: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Run> {
  return runAction({ inputs: { image: reference, ...internet.inputs, ...inputs }, env: { ...internet.env, ...env } });
}

const login = { username: 'alice', password: PASSWORD };
const config = (auths: Record<string, unknown>): Record<string, string> => ({
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
});
const authOf = (username: string, password: string): { auth: string } => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});

function expectPass(result: Run): void {
  expect(result.stdout).toContain('assert-image: pass');
  expect(result.exitCode).toBe(0);
}

function expectError(result: Run, ...texts: string[]): void {
  expect(result.exitCode).toBe(2);
  expect(result.outputs['result']).toBe('error');
  for (const text of texts) expect(result.stdout).toContain(text);
  expect(result.stdout).not.toContain('detail-secret');
}

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

describe('Docker Hub (containerd resolver.go DefaultHost; hub-feedback#1103; docker/docs pulls.md)', () => {
  const hub: Registry = {
    host: 'registry-1.docker.io',
    repository: 'library/alpine',
    challenge:
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
    accepts: `Bearer ${TOKEN}`,
    blobHost: 'production.cloudflare.docker.com',
  };

  test.each([
    'alpine:main',
    'docker.io/library/alpine:main',
    'index.docker.io/library/alpine:main',
    'registry-1.docker.io/library/alpine:main',
  ])('%s is read anonymously from registry-1.docker.io', async (reference) => {
    serve(hub);
    tokens('auth.docker.io', '/token', undefined);
    expectPass(await run(reference));
    expect(internet.conversation()).toEqual([
      'GET auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Falpine%3Apull',
      `GET registry-1.docker.io/v2/library/alpine/manifests/main [Bearer ${TOKEN}]`,
      `GET registry-1.docker.io/v2/library/alpine/blobs/${image.config.digest} [Bearer ${TOKEN}]`,
      'GET production.cloudflare.docker.com/config?X-Signature=presigned-77',
    ]);
  });

  test.each([
    'https://index.docker.io/v1/',
    'index.docker.io',
    'docker.io',
    'registry-1.docker.io',
    'https://index.docker.io/v2/',
  ])('the docker config key %s is Docker Hub, and auth.docker.io may see it (A-15, A-21)', async (key) => {
    serve(hub);
    tokens('auth.docker.io', '/token', basic('alice', PASSWORD));
    expectPass(await run('alpine:main', {}, config({ [key]: authOf('alice', PASSWORD) })));
  });

  test('rejected credentials are an error, never an anonymous retry (A-13)', async () => {
    serve(hub);
    internet.site('auth.docker.io', ({ headers }, response) =>
      headers.authorization === undefined
        ? json(response, 200, { token: TOKEN })
        : json(response, 401, registryError('UNAUTHORIZED', 'incorrect username or password')),
    );
    expectError(await run('alpine:main', login), 'rejected by auth.docker.io', 'Docker ID (not the e-mail address)');
    expect(internet.requests.filter(({ host }) => host === 'auth.docker.io')).toHaveLength(1);
  });

  test('429 ends in an error that says what is left and that signing in raises it (H-5)', async () => {
    internet.site('registry-1.docker.io', (_, response) =>
      json(response, 429, registryError('TOOMANYREQUESTS', 'You have reached your unauthenticated pull rate limit.'), {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '0;w=21600',
        'retry-after': '3600',
      }),
    );
    expectError(
      await run('alpine:main'),
      '0 of 100 requests are left',
      'it asks to wait 3600 s',
      'Signing in raises the limit',
    );
    // A pause longer than a minute is not waited for: the error comes at once (H-3).
    expect(internet.requests.filter(({ host }) => host === 'registry-1.docker.io')).toHaveLength(1);
  });
});

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
    expect(internet.conversation()[1]).toBe('POST acme.azurecr.io/oauth2/token');
    expect(Object.fromEntries(new URLSearchParams(internet.requests[1]?.body))).toEqual({
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

test('Quay (okd#4: 401 for missing and private): an error that says both, never missing (A-18)', async () => {
  const challenge = 'Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:acme/app:pull"';
  tokensBeside({ host: 'quay.io', repository: 'acme/app', challenge, accepts: 'never' }, '/v2/auth', undefined);
  expectError(await run('quay.io/acme/app:main'), 'refuses to show', 'private and missing repositories');
  // With the token that its own challenge would bring it is still 401: no second exchange (A-14).
  expect(internet.requests.map(({ path }) => path)).toEqual(['/v2/auth', '/v2/acme/app/manifests/main']);
});

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

describe('Harbor (harbor#3114: the realm is built from an external URL that is often http)', () => {
  const harbor: Registry = {
    host: 'harbor.example.com',
    repository: 'team/app',
    challenge: 'Bearer realm="https://harbor.example.com/service/token",service="harbor-registry"',
    accepts: `Bearer ${TOKEN}`,
  };

  test('a robot with $ and +, a challenge without a scope (A-4)', async () => {
    tokensBeside(harbor, '/service/token', basic('robot$team+ci', PASSWORD));
    expectPass(await run('harbor.example.com/team/app:main', { username: 'robot$team+ci', password: PASSWORD }));
  });

  test('an http realm behind https is refused, and the text says what to mend (A-16)', async () => {
    serve({ ...harbor, challenge: 'Bearer realm="http://harbor.example.com/service/token",service="harbor-registry"' });
    expectError(
      await run('harbor.example.com/team/app:main', login),
      'http://harbor.example.com; not asked',
      'external URL set to https',
    );
    expect(internet.requests).toHaveLength(1);
  });
});

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

describe('Nexus (nexus-public#921: BASIC in capitals; nexus-public#873: the realm of /v2/ is not that of the repository)', () => {
  test('BASIC realm', async () => {
    serve({
      host: 'nexus.example.com',
      repository: 'app',
      challenge: 'BASIC realm="Sonatype Nexus Repository Manager"',
      accepts: basic('alice', PASSWORD),
    });
    expectPass(await run('nexus.example.com/app:main', login));
  });

  test('an HTML page with status 404 is an error, not missing (H-16)', async () => {
    internet.site(
      'nexus.example.com',
      (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>@here ##[error]x'),
    );
    expectError(await run('nexus.example.com/app:main'), 'HTTP 404');
  });
});

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

test('registry.access.redhat.com (containerd getManifestMediaType: text/plain, no digest; quay#1310: gzip)', async () => {
  const { gzipSync } = await import('node:zlib');
  internet.site('registry.access.redhat.com', ({ path }, response) => {
    if (path.includes('/manifests/'))
      return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(image.manifest.bytes);
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(image.config.bytes));
  });
  expectPass(await run('registry.access.redhat.com/ubi9:main'));
});

test('registry.k8s.io (R-13: the manifest itself is redirected to another host)', async () => {
  serve({ host: 'europe-docker.pkg.dev', repository: 'k8s/pause', challenge: null, accepts: null });
  internet.site('registry.k8s.io', ({ path }, response) => {
    response.writeHead(307, { location: `https://europe-docker.pkg.dev${path.replace('/v2/', '/v2/k8s/')}` }).end();
  });
  expectPass(await run('registry.k8s.io/pause:main'));
});
