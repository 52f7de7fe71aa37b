/** What one party could do to another in the same run: a token service to an image, an image to its neighbour, a list to a report. */
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildIndex, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json, registryError } from '../support/internet.ts';
import { FakeRegistry, send, TOKEN } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const PASSWORD = 'Sup3rS3cretPassw0rd-XYZ';
const BASE_NAME = 'org.opencontainers.image.base.name';
let internet: Internet;
beforeEach(async () => void (internet = await Internet.start()));
afterEach(() => internet.stop());

const shownBy = (run: Run): string =>
  run.stdout.replaceAll(/^::add-mask::.*$/gm, '') +
  run.stderr +
  run.summary +
  JSON.stringify([run.outputs, run.report]);

describe('a token service that chooses a word of ours', () => {
  test.each([REVISION, 'org.opencontainers.image.version', 'org.label-schema.vcs-ref'])(
    '%s: the outputs of a pass are what the image says',
    async (token) => {
      const registry = await FakeRegistry.start({ sameHostAuth: true });
      const labels = {
        [REVISION]: COMMIT,
        'org.label-schema.vcs-ref': OTHER_COMMIT,
        'org.opencontainers.image.version': '1.2.3',
      };
      registry.push('app', 'main', buildImage({ labels }));
      registry.override(({ path, headers }, response) => {
        if (path.startsWith('/token')) return send(response, 200, JSON.stringify({ token }));
        if (headers.authorization === `Bearer ${token}`) headers.authorization = `Bearer ${TOKEN}`;
        return false;
      });
      const run = await runAction({ inputs: { image: registry.reference('app', 'main') } });
      await registry.stop();
      expect(run.outputs).toMatchObject({ result: 'pass', revision: COMMIT, version: '1.2.3' });
      expect(JSON.parse(run.outputs['labels'] ?? '')).toEqual(labels);
      expect(run.summary).not.toContain('***');
    },
  );

  test('the service of a base image, which an image named, changes no verdict', async () => {
    const site = 'evil.example.com';
    internet.site('r.example.com', ({ path }, response) => {
      const built = buildImage({
        labels: { [REVISION]: OTHER_COMMIT },
        annotations: { [BASE_NAME]: `${site}/base:1` },
      });
      const good = buildImage();
      const at = (part: string): boolean => path.endsWith(part);
      const blob =
        at('/good') || at(good.manifest.digest)
          ? good.manifest
          : at(good.config.digest)
            ? good.config
            : at(built.config.digest)
              ? built.config
              : built.manifest;
      response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
    });
    internet.site(site, ({ path, headers }, response) =>
      path === '/token'
        ? json(response, 200, { token: COMMIT })
        : headers.authorization === undefined
          ? json(response, 401, registryError('UNAUTHORIZED'), {
              'www-authenticate': `Bearer realm="https://${site}/token"`,
            })
          : json(response, 404, registryError('MANIFEST_UNKNOWN')),
    );
    const run = await runAction({
      inputs: { ...internet.inputs, image: 'r.example.com/app:good\nr.example.com/app:bad', require: 'any' },
      env: internet.env,
    });
    expect(internet.conversation().join('\n')).toContain(`${site}/token`);
    expect(run.outputs).toMatchObject({ result: 'pass', revision: COMMIT });
  });
});

describe('a registry that was given a password', () => {
  test('cannot have it published as the name of a tag', async () => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    registry.push('app', 'main', buildImage());
    registry.push('app', PASSWORD, buildImage());
    const run = await runAction({ inputs: { image: `${registry.host()}/app:*`, username: 'u', password: PASSWORD } });
    await registry.stop();
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toContain('lists a name that holds a credential; nothing of that list was read');
    expect(shownBy(run)).not.toContain(PASSWORD);
  });

  test.each([
    ['a long label, where it is cut', { labels: { title: `${'x'.repeat(4096 - PASSWORD.length + 1)}${PASSWORD}` } }],
    ['a revision that is cut', { labels: { [REVISION]: `${'x'.repeat(80 - PASSWORD.length + 1)}${PASSWORD}` } }],
  ])('cannot have it published in %s', async (_, options) => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    const other = buildImage({ platform: 'linux/arm64' });
    registry.push('app', 'main', buildIndex([buildImage(options), other]));
    const inputs = { image: registry.reference('app', 'main'), username: 'u', password: PASSWORD, labels: 'title=1' };
    const run = await runAction({ inputs });
    await registry.stop();
    expect(run.exitCode).toBe(1);
    expect(shownBy(run)).not.toContain(PASSWORD.slice(0, -1));
  });

  test.each([
    ['in what is compared', (image: string) => ({ image: image.replace(':main', ':plain'), 'compare-with': image })],
    ['in what is skipped and not checked', (image: string) => ({ image, platforms: 'linux/amd64' })],
  ])('cannot have it published %s', async (_, inputsOf) => {
    const registry = await FakeRegistry.start({ auth: 'basic', username: 'u', password: PASSWORD });
    const labels = { [REVISION]: COMMIT, note: PASSWORD };
    const odd = buildImage({ platform: 'linux/odd' });
    registry.push('app', 'plain', buildImage());
    registry.push(
      'app',
      'main',
      buildIndex([buildImage({ labels }), odd, { ...buildImage({ env: ['X=1'] }), platform: undefined }], {
        entries: (entry, at) =>
          at === 1
            ? { ...entry, platform: { os: 'linux', architecture: PASSWORD.toLowerCase() } }
            : at === 2
              ? { ...entry, mediaType: `application/${PASSWORD}`, digest: `sha256:${'9'.repeat(64)}` }
              : entry,
      }),
    );
    const image = registry.reference('app', 'main');
    const run = await runAction({ inputs: { username: 'u', password: PASSWORD, ...inputsOf(image) } });
    await registry.stop();
    expect(['pass', 'fail']).toContain(run.outputs['result']);
    expect(shownBy(run)).not.toContain(PASSWORD);
  });
});

describe('one image and its neighbour', () => {
  test('a size that one index lies about does not fail another that names the same child', async () => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const child = buildImage();
    registry.push('app', 'good', buildIndex([child]));
    for (const [tag, lie] of [
      ['less', -1],
      ['more', 1],
    ] as const) {
      const entries = (entry: Record<string, unknown>): unknown => ({
        ...entry,
        size: (entry['size'] as number) + lie,
      });
      registry.push('app', tag, buildIndex([child], { entries }));
    }
    registry.override(async ({ path }) => {
      if (path.endsWith('/good')) await new Promise((resolve) => setTimeout(resolve, 100));
      if (path.endsWith(child.manifest.digest)) await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    });
    const image = ['less', 'more', 'good'].map((tag) => registry.reference('app', tag)).join('\n');
    const run = await runAction({ inputs: { image, require: 'any' } });
    await registry.stop();
    expect(run.outputs['result']).toBe('pass');
  });

  test('what base images and a comparison take in memory is theirs, and given back', async () => {
    const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
    const many = (seed: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, seed.repeat(50_000)]));
    registry.push('base', '1', buildImage({ labels: many('b') }));
    registry.push(
      'compared',
      '1',
      buildIndex(['a', 'b', 'c', 'd'].map((seed, at) => buildImage({ platform: `linux/p${at}`, labels: many(seed) }))),
    );
    const annotations = { [BASE_NAME]: registry.reference('base', '1') };
    const tags = Array.from({ length: 20 }, (_, at) => `t${at}`);
    for (const tag of tags)
      registry.push('app', tag, buildImage({ labels: { [REVISION]: OTHER_COMMIT, tag }, annotations }));
    for (let at = 0; at < 3; at += 1)
      registry.push('app', `ok${at}`, buildImage({ labels: { ...many('v'), at: String(at), [REVISION]: COMMIT } }));
    const image = [...tags, 'ok0', 'ok1', 'ok2'].map((tag) => registry.reference('app', tag)).join('\n');
    const run = await runAction({ inputs: { image, 'compare-with': registry.reference('compared', '1') } });
    await registry.stop();
    expect(run.outputs['result']).toBe('fail');
  });
});

test('credentials go over HTTP to no host that plain-http does not name, also where it is trusted', async () => {
  const registry = await FakeRegistry.start({ username: 'u', password: PASSWORD });
  registry.override(({ path }, response) => {
    if (path.startsWith('/token')) return false;
    response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://auth.example.com/token"' }).end();
    return true;
  });
  const run = await runAction({
    inputs: {
      image: registry.reference('app', 'main'),
      username: 'u',
      password: PASSWORD,
      'trusted-auth-hosts': `${registry.host()}=auth.example.com`,
    },
    env: { http_proxy: `http://${internet.proxyHost}` },
  });
  await registry.stop();
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('names as its token service http://auth.example.com; not asked');
});

test('a name of a catalog stands in no request before its grammar is checked', async () => {
  const registry = await FakeRegistry.start({ sameHostAuth: true });
  const names = ['team/../private/x', 'team/b:pull repository:private/y', 'team/%2e%2e/z', 'team/A'];
  registry.override(({ path }, response) =>
    path.startsWith('/v2/_catalog') ? send(response, 200, JSON.stringify({ repositories: names })) : false,
  );
  const run = await runAction({ inputs: { image: `${registry.host()}/team/**:*` } });
  await registry.stop();
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('lists a name that no reference may hold');
  expect(registry.lines().filter((line) => /private|%2e|team/.test(line))).toEqual([]);
});

test('a SOCKS5 proxy is spoken to in SOCKS5', async () => {
  const image = buildImage();
  internet.site('r.example.com', ({ path }, response) => {
    const blob = path.includes('/manifests/') ? image.manifest : image.config;
    response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
  });
  // RFC 1928, without authentication, to the TLS server of this internet.
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        const upstream = connect(internet.webPort, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]));
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const run = await runAction({
    inputs: { ...internet.inputs, image: 'r.example.com/app:main' },
    env: { HTTPS_PROXY: `socks5://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
  });
  proxy.close();
  expect(run.outputs['result']).toBe('pass');
  expect(run.stderr).toBe('');
});

test("Docker Hub's API gives a token, or nothing that is sent on", async () => {
  internet.site('hub.docker.com', ({ path }, response) =>
    path === '/v2/auth/token'
      ? json(response, 200, { access_token: 'not a token' })
      : json(response, 200, { results: [], next: null }),
  );
  const run = await runAction({
    inputs: { ...internet.inputs, image: 'docker.io/acme/*:main', username: 'u', password: PASSWORD },
    env: internet.env,
  });
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('the token of hub.docker.com holds characters that no token has');
  expect(internet.conversation()).toHaveLength(1);
});

test('the address of a comment is an output only where it is one', async () => {
  const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'main', buildImage());
  internet.site('api.github.com', ({ method, path }, response) =>
    path === '/graphql'
      ? json(response, 200, { data: { viewer: { login: 'github-actions[bot]' } } })
      : json(
          response,
          200,
          method === 'GET' ? [] : { html_url: 'https://x.example/$(id)`id`\n::set-output name=result::pass' },
        ),
  );
  const run = await runAction({
    inputs: {
      ...internet.inputs,
      image: registry.reference('app', 'main'),
      comment: 'always',
      'github-token': 'ghs_0123456789abcdef',
    },
    env: { ...internet.env, GITHUB_API_URL: 'https://api.github.com' },
    event: { name: 'pull_request', payload: { pull_request: { number: 7 } } },
  });
  await registry.stop();
  expect(run.outputs['comment-url']).toBe('');
});
