/** What each host received, where a registry sends us elsewhere (catalogue section 3). */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { Internet, json, registryError } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const image = buildImage();
const USER = 'alice';
const PASSWORD = 'pa55-word-of-alice';
const BASIC = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
const TOKEN = 'opaque-token-1f2e3d';
const login = { username: USER, password: PASSWORD };

let internet: Internet;
beforeEach(async () => void (internet = await Internet.start()));
afterEach(() => internet.stop());

const run = (inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: 'r.example.com/app:main', ...internet.inputs, ...inputs }, env: internet.env });

/** A registry with Basic whose config blob is where `blob` says. */
function registry(
  blob: (response: ServerResponse, path: string) => void,
  challenge = 'Basic realm="r"',
  accepts = BASIC,
): void {
  internet.site('r.example.com', ({ path, headers }, response) => {
    if (headers.authorization !== accepts)
      return json(response, 401, registryError('UNAUTHORIZED'), { 'www-authenticate': challenge });
    if (path.endsWith('/manifests/main'))
      return void response.writeHead(200, { 'content-type': image.manifest.mediaType }).end(image.manifest.bytes);
    return blob(response, path);
  });
}
const to =
  (location: string, status = 307) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { location }).end();
const config = (response: ServerResponse): void => void response.writeHead(200).end(image.config.bytes);

function expectClean(result: Run): void {
  const shown =
    result.stdout.replaceAll(/^::add-mask::.*$/gm, '') +
    result.stderr +
    result.summary +
    JSON.stringify([result.outputs, result.report]);
  for (const secret of [PASSWORD, BASIC.slice(6), TOKEN, 'presigned']) expect(shown).not.toContain(secret);
}

function expectRefused(result: Run, text: string): void {
  expect(result.exitCode).toBe(2);
  expect(result.stdout).toContain(text);
  expectClean(result);
}

describe('redirects', () => {
  test('a CDN that answers 400 to any Authorization gets none (R-2, R-12: and no cookie)', async () => {
    registry(
      (response) =>
        void response
          .writeHead(307, { location: 'https://cdn.example.com/c?sig=presigned', 'set-cookie': 'sid=1' })
          .end(),
    );
    internet.site('cdn.example.com', ({ headers }, response) =>
      headers.authorization || headers.cookie ? void response.writeHead(400).end() : config(response),
    );
    const result = await run(login);
    expect(result.exitCode).toBe(0);
    expectClean(result);
    expect(internet.conversation()).toEqual([
      'GET r.example.com/v2/app/manifests/main',
      `GET r.example.com/v2/app/manifests/main [${BASIC}]`,
      `GET r.example.com/v2/app/blobs/${image.config.digest} [${BASIC}]`,
      'GET cdn.example.com/c?sig=presigned',
    ]);
  });

  test('a redirect that bounces home gets no credentials back (R-5)', async () => {
    registry((response, path) => (path === '/home' ? config(response) : to('https://cdn.example.com/away')(response)));
    internet.site('cdn.example.com', (_, response) => to('https://r.example.com/home')(response));
    expectRefused(await run(login), 'wants authentication; refused');
    expect(internet.conversation().slice(3)).toEqual(['GET cdn.example.com/away', 'GET r.example.com/home']);
  });

  test('another port of the same host is another origin (R-3, GHSA-vh4v-2xq2-g5cg)', async () => {
    registry(to('https://r.example.com:8443/c'));
    internet.site('r.example.com:8443', (_, response) => config(response));
    expect((await run(login)).exitCode).toBe(0);
    expect(internet.conversation().at(-1)).toBe('GET r.example.com:8443/c');
  });

  test('a redirect within the registry keeps the credentials, also a relative one', async () => {
    registry((response, path) => (path === '/storage/c' ? config(response) : to('/storage/c')(response)));
    expect((await run(login)).exitCode).toBe(0);
    expect(internet.conversation().at(-1)).toBe(`GET r.example.com/storage/c [${BASIC}]`);
  });

  test('a 401 elsewhere is never answered, with any realm (R-10, CVE-2020-15157)', async () => {
    registry(to('https://collect.evil.example/c'));
    internet.site('collect.evil.example', (_, response) =>
      json(response, 401, {}, { 'www-authenticate': 'Basic realm="give"' }),
    );
    expectRefused(
      await run(login),
      'collect.evil.example, to which r.example.com redirected, wants authentication; refused',
    );
    expect(internet.conversation().filter((line) => line.includes('evil'))).toEqual(['GET collect.evil.example/c']);
  });

  test.each([
    ['from https to http (R-7)', to('http://cdn.example.com/c'), 'from https to http'],
    ['to credentials (R-11)', to('https://u:presigned@cdn.example.com/c'), 'credentials in it'],
    ['to another scheme', to('ftp://cdn.example.com/c'), 'a redirect to ftp:'],
    ['to nowhere (R-11)', to(''), 'without a Location'],
    ['to nonsense', to('https://'), 'not a URL'],
    ['to more than 8 KiB (R-11)', to(`https://cdn.example.com/${'a'.repeat(9000)}`), 'too long'],
    ['to itself (R-6)', to(`https://r.example.com/v2/app/blobs/${image.config.digest}`), 'a loop of redirects'],
    ['to the metadata service (R-8)', to('https://169.254.169.254/latest/meta-data'), 'is a metadata address'],
    ['to loopback (R-8)', to('https://127.0.0.1:1/c'), 'is a loopback address'],
    ['to a mapped address (R-8)', to('https://[::ffff:127.0.0.1]:1/c'), 'is a loopback address'],
    ['to a private network (R-8)', to('https://10.0.0.1/c'), 'is a private address'],
    ['to the unspecified address (R-8)', to('https://0.0.0.0:1/c'), 'is a unspecified address'],
    ['by a status that is none (R-6)', to('https://cdn.example.com/c', 300), 'HTTP 300'],
  ])('%s is refused', async (_, blob, text) => {
    registry(blob);
    internet.site('cdn.example.com', (__, response) => config(response));
    expectRefused(await run(login), text);
    expect(internet.connects.filter((host) => !host.startsWith('r.example.com'))).toEqual([]);
  });

  test('six hops are too many (R-6)', async () => {
    registry(to('https://cdn.example.com/1'));
    internet.site('cdn.example.com', ({ path }, response) =>
      to(`https://cdn.example.com/${Number(path.slice(1)) + 1}`)(response),
    );
    expectRefused(await run(login), 'more than 5 redirects');
    expect(internet.requests.filter(({ host }) => host === 'cdn.example.com')).toHaveLength(5);
  });

  test('a registry on loopback may send us to loopback', async () => {
    const local = await FakeRegistry.start();
    local.push('app', 'main', image);
    const result = await runAction({ inputs: { image: local.reference('app', 'main') } });
    await local.stop();
    expect(result.exitCode).toBe(0);
  });
});

describe('a realm that collects (A-15, CVE-2026-48978, CVE-2026-33540)', () => {
  const bearer = (realm: string): string => `Bearer realm="${realm}",service="s"`;
  const collect = (): void =>
    internet.site('collect.evil.example', (_, response) => json(response, 200, { token: TOKEN }));

  test.each([
    ['another host', 'https://collect.evil.example/t', 'asked to send credentials to collect.evil.example; refused'],
    ['another port', 'https://r.example.com:8443/t', 'asked to send credentials to r.example.com:8443; refused'],
    ['a look-alike of a trusted host', 'https://auth.docker.io.evil.example/t', 'refused'],
    ["another registry's token service (confused deputy)", 'https://auth.docker.io/t', 'refused'],
    ['a network path (A-6)', '//collect.evil.example/t', 'refused'],
    ['plain http (A-16)', 'http://r.example.com/t', 'not asked'],
    ['credentials in it', 'https://u:p@r.example.com/t', 'a URL with credentials in it; not asked'],
    ['a file', 'file:///etc/passwd', 'not asked'],
    ['nothing', '', 'no realm'],
  ])('%s: nothing is sent', async (_, realm, text) => {
    registry(config, bearer(realm), 'never');
    collect();
    expectRefused(await run(login), text);
    expect(internet.conversation()).toEqual(['GET r.example.com/v2/app/manifests/main']);
  });

  test('an anonymous request may go to another host; it carries nothing', async () => {
    registry(config, bearer('https://collect.evil.example/t'), `Bearer ${TOKEN}`);
    collect();
    expect((await run()).exitCode).toBe(0);
    expect(internet.conversation()[1]).toBe('GET collect.evil.example/t?service=s&scope=repository%3Aapp%3Apull');
  });

  test.each(['https://169.254.169.254/t', 'https://127.0.0.1:1/t', 'https://10.0.0.1/t'])(
    '%s is asked nothing, also anonymously (R-8, R-9)',
    async (realm) => {
      registry(config, bearer(realm), 'never');
      expectRefused(await run(), 'refused to connect');
      expect(internet.connects).toEqual(['r.example.com:443']);
    },
  );

  test('a token request is not redirected (R-6)', async () => {
    registry(config, bearer('https://r.example.com/t'), `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) =>
      request.path === '/t' ? to('https://collect.evil.example/t')(response) : rest(request, response),
    );
    collect();
    expectRefused(await run(login), 'answered with a redirect; not followed');
    expect(internet.conversation().join()).not.toContain('evil');
  });

  test.each([
    [
      'a realm with a query keeps it (A-5)',
      'https://r.example.com/t?account=x&service=own',
      '/t?account=x&service=own&service=s&scope=repository%3Aapp%3Apull',
    ],
    ['a relative realm is of the registry (A-6)', '/t', '/t?service=s&scope=repository%3Aapp%3Apull'],
  ])('%s', async (_, realm, path) => {
    registry(config, bearer(realm), `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) =>
      request.path === '/t'
        ? json(response, 200, { access_token: TOKEN, token: 'the-other-one' })
        : rest(request, response),
    );
    expect((await run(login)).exitCode).toBe(0);
    expect(internet.conversation()[1]).toBe(`GET r.example.com${path} [${BASIC}]`);
  });

  test('no service, no scope: the parameter is left out, and ours is asked (A-4)', async () => {
    registry(config, 'Bearer realm="https://r.example.com/t"', `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) =>
      request.path === '/t' ? json(response, 200, { token: TOKEN }) : rest(request, response),
    );
    expect((await run()).exitCode).toBe(0);
    expect(internet.conversation()[1]).toBe('GET r.example.com/t?scope=repository%3Aapp%3Apull');
  });

  test.each([
    ['a wider scope (A-4)', 'repository:app:pull,push'],
    ['the scope of others, several in one value (A-4, A-7)', 'repository:other/*:* registry:catalog:*'],
  ])('%s is not asked for', async (_, scope) => {
    registry(config, `Bearer realm="https://r.example.com/t",scope="${scope}"`, `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) =>
      request.path === '/t' ? json(response, 200, { token: TOKEN }) : rest(request, response),
    );
    await run(login);
    expect(internet.requests[1]?.query.getAll('scope')).toEqual(['repository:app:pull']);
  });

  test.each([
    ['no token (A-8)', { refresh_token: 'refresh-secret' }, 'without a token'],
    ['an empty token (A-8)', { token: '', access_token: '' }, 'without a token'],
    ['a token with a line break (A-10)', { token: 'a\r\nX-Evil: b' }, 'characters that no token has'],
    ['no JSON (A-8)', 'refresh-secret', 'without a token'],
    ['more than 128 KiB', { token: 'a'.repeat(200_000) }, 'sent more than'],
  ])('%s is an error that does not print the body', async (_, body, text) => {
    registry(config, bearer('https://r.example.com/t'), `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) =>
      request.path === '/t' ? json(response, 200, body) : rest(request, response),
    );
    const result = await run(login);
    expectRefused(result, text);
    expect(result.stdout).not.toContain('refresh-secret');
  });

  test('a registry token goes to the registry as it is, and to no realm (A-23)', async () => {
    registry(config, bearer('https://collect.evil.example/t'), 'Bearer registry-token-5');
    collect();
    const auths = { 'r.example.com': { registrytoken: 'registry-token-5' } };
    const result = await runAction({
      inputs: { image: 'r.example.com/app:main', ...internet.inputs },
      env: { ...internet.env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
    });
    expect(result.exitCode).toBe(0);
    expect(internet.conversation().join()).not.toContain('evil');
  });

  test.each([
    ['Bearer is preferred to Basic (A-3)', ['Basic realm="r"', bearer('https://r.example.com/t')], 0],
    ['unknown schemes are skipped (A-3)', ['Negotiate', 'Digest realm="x"', bearer('https://r.example.com/t')], 0],
    ['none that is known is an error with their names (A-3)', ['Negotiate', 'NTLM'], 2],
  ])('%s', async (_, challenges, exitCode) => {
    registry(config, '', `Bearer ${TOKEN}`);
    const rest = internet.siteOf('r.example.com');
    internet.site('r.example.com', (request, response) => {
      if (request.path === '/t') return json(response, 200, { token: TOKEN });
      if (request.headers.authorization === `Bearer ${TOKEN}`) return rest(request, response);
      return json(response, 401, registryError('UNAUTHORIZED'), { 'www-authenticate': challenges });
    });
    const result = await run(login);
    expect(result.exitCode).toBe(exitCode);
    if (exitCode === 2) expect(result.stdout).toContain('not supported (negotiate, ntlm)');
  });

  test('a password with a trailing line break is trimmed (A-27)', async () => {
    registry(config);
    expect((await run({ ...login, password: `${PASSWORD}\n` })).exitCode).toBe(0);
  });

  test('Basic without credentials says so, and sends nothing (A-17)', async () => {
    registry(config);
    expectRefused(await run(), 'wants a user name and password. Give username');
    expect(internet.requests).toHaveLength(1);
  });

  test('allowed-registries: any other is an error before any request (I-17)', async () => {
    registry(config);
    expectRefused(
      await run({ 'allowed-registries': 'ghcr.io, docker.io' }),
      'the registry r.example.com is not one of ghcr.io, docker.io',
    );
    expect(internet.requests).toEqual([]);
    expect((await run({ ...login, 'allowed-registries': 'R.example.com' })).exitCode).toBe(0);
  });
});
