/** Only the author chooses who is asked what. */
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { json } from '../support/internet.ts';
import { internet, registry, run } from '../support/one-image.ts';
import { runAction } from '../support/runner.ts';

describe('only the author chooses who is asked what', () => {
  test('contains-commit shows no variable', async () => {
    const result = await run(
      { env: ['REV=hunter2-secret'] },
      { revision: 'any', 'revision-from': 'env:REV', 'contains-commit': COMMIT },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stdout + result.summary + JSON.stringify([result.outputs, result.report])).not.toContain(
      'hunter2-secret',
    );
  });

  test('a base image on a registry of its own choice gets no credentials', async () => {
    const seen: (string | undefined)[] = [];
    internet.site('collect.evil.example', ({ headers }, response) => {
      seen.push(headers.authorization);
      json(response, 401, {}, { 'www-authenticate': 'Basic realm="give"' });
    });
    const auths = { 'collect.evil.example': { auth: Buffer.from('alice:cloud-secret').toString('base64') } };
    const annotations = { 'org.opencontainers.image.base.name': 'collect.evil.example/x:1' };
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT }, annotations }, internet.inputs, {
      ...internet.env,
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
    });
    expect(result.outputs['result']).toBe('fail');
    expect(seen.every((authorization) => authorization === undefined)).toBe(true);
  });

  test('a base image that does not answer holds up nothing', async () => {
    internet.site('slow.example.com', () => {});
    const annotations = { 'org.opencontainers.image.base.name': 'slow.example.com/x:1' };
    const started = Date.now();
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT }, annotations }, internet.inputs, internet.env);
    expect(result.outputs['result']).toBe('fail');
    expect(Date.now() - started).toBeLessThan(9_000);
  });

  test('nor once for each platform, nor beyond the time of the look', async () => {
    const { buildIndex } = await import('../support/images.ts');
    internet.site('slow.example.com', () => {});
    const annotations = { 'org.opencontainers.image.base.name': 'slow.example.com/x:1' };
    const platforms = ['a', 'b', 'c', 'd'].map((name) =>
      buildImage({ platform: `linux/${name}`, labels: { [REVISION]: OTHER_COMMIT }, annotations }),
    );
    registry.push('app', 'four', buildIndex(platforms));
    const started = Date.now();
    const result = await runAction({
      inputs: { image: registry.reference('app', 'four'), timeout: '2s', ...internet.inputs },
      env: internet.env,
    });
    expect(result.outputs['result']).toBe('fail');
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test('GitHub’s API may not send us elsewhere', async () => {
    const server = createServer((socket) => {
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"status":"ahead","ahead_by":1,"behind_by":0}',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    internet.site('api.github.com', (_, response) => void response.writeHead(302, { location }).end());
    const inputs = {
      revision: 'any',
      'contains-commit': COMMIT,
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
    };
    const result = await run({ labels: { [REVISION]: OTHER_COMMIT } }, inputs, internet.env);
    server.close();
    expect(result.exitCode).toBe(2);
  });

  test('one fault of GitHub’s is ridden out, and its silence ends with the look', async () => {
    let count = 0;
    internet.site('api.github.com', (_, response) => {
      count += 1;
      return count === 1
        ? json(response, 502, {})
        : json(response, 200, { status: 'ahead', ahead_by: 1, behind_by: 0 });
    });
    const inputs = {
      revision: 'any',
      'contains-commit': COMMIT,
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
    };
    expect((await run({ labels: { [REVISION]: OTHER_COMMIT } }, inputs, internet.env)).exitCode).toBe(0);
    internet.site('api.github.com', () => {});
    const started = Date.now();
    expect(
      (await run({ labels: { [REVISION]: OTHER_COMMIT } }, { ...inputs, timeout: '1s' }, internet.env)).exitCode,
    ).toBe(2);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  test('a host that sends everything to a login page has not said that an image is missing', async () => {
    internet.site(
      'r.example.com',
      (_, response) => void response.writeHead(302, { location: 'https://sso.example.com/login' }).end(),
    );
    internet.site(
      'sso.example.com',
      (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'),
    );
    const result = await runAction({
      inputs: { image: 'r.example.com/app:main', ...internet.inputs },
      env: internet.env,
    });
    expect(result.outputs['result']).toBe('error');
    expect(result.exitCode).toBe(2);
  });
});
