/** Trouble is never an answer (catalogue section 5). */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms } from '../support/images.ts';
import { CA_FILE, Internet, registryError } from '../support/internet.ts';
import { FakeRegistry, type SeenRequest, send } from '../support/registry.ts';
import { ROOT, runAction, runCommand, type Run } from '../support/runner.ts';

const image = buildImage();
let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  registry.push('acme/app', 'main', image);
});
afterEach(() => registry.stop());

const run = (inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: registry.reference('acme/app', 'main'), ...inputs } });

/** Answers the first `times` requests to a path otherwise. */
function failing(times: number, match: RegExp, answer: (response: ServerResponse, request: SeenRequest) => void): void {
  let left = times;
  registry.override((request, response) => {
    if (!match.test(request.path) || left === 0) return false;
    left -= 1;
    answer(response, request);
    return true;
  });
}

// Of a pipelined request, the response has no socket before its turn.
const cut = (response: ServerResponse): void => void response.req.socket.destroy();
const truncated = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': image.manifest.mediaType, 'content-length': image.manifest.bytes.length });
  response.write(image.manifest.bytes.subarray(0, 100), () => response.req.socket.destroy());
};
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    send(response, code, '{}', headers);

describe('a fault of the moment is ridden out', () => {
  test.each([
    ['503 at the manifest (H-2)', /manifests/, status(503)],
    ['429 with Retry-After (H-3)', /manifests/, status(429, { 'retry-after': '1' })],
    ['a reset connection (H-6)', /manifests/, cut],
    ['a truncated body (H-6)', /manifests/, truncated],
    ['502 at the token service (H-18)', /^\/token/, status(502)],
    ['a reset at the token service (H-18)', /^\/token/, cut],
    ['500 at the CDN', /signature/, status(500)],
    ['a reset at the CDN (H-12)', /signature/, cut],
  ])('%s', async (_, match, answer) => {
    failing(1, match, answer);
    const result = await run();
    expect(result.stdout).toContain('assert-image: pass');
    expect(result.exitCode).toBe(0);
  });

  test('a reset under pipelined requests fails none of them (H-13)', async () => {
    registry.push('acme/app', 'two', buildTwoPlatforms());
    failing(1, /blobs/, cut);
    const result = await run({ image: registry.reference('acme/app', 'two') });
    expect(result.exitCode).toBe(0);
  });
});

describe('a fault that stays is an error, with exit code 2', () => {
  test.each([
    ['500', /manifests/, status(500), 'returned HTTP 500, 4 times in '],
    ['a reset', /manifests/, cut, 'closed before the answer was complete'],
    ['a truncated body', /manifests/, truncated, 'closed before the answer was complete'],
    [
      '204 (H-4)',
      /manifests/,
      (response: ServerResponse): void => void response.writeHead(204).end(),
      'as a registry does not',
    ],
    ['206 (H-4)', /manifests/, (response: ServerResponse): void => send(response, 206, '{}'), 'HTTP 206'],
    [
      'an empty body (H-16)',
      /manifests/,
      (response: ServerResponse): void => send(response, 200, ''),
      'not valid JSON',
    ],
    [
      'an HTML page with 200 (H-16)',
      /manifests/,
      (response: ServerResponse): void => send(response, 200, '<html>login'),
      'answered with an HTML page',
    ],
    [
      '403 (A-18)',
      /manifests/,
      (response: ServerResponse): void => send(response, 403, JSON.stringify(registryError('DENIED'))),
      'denies access',
    ],
    [
      '404 from some web server',
      /manifests|v2\/$/,
      (response: ServerResponse): void => send(response, 404, '<html>'),
      'HTTP 404',
    ],
    [
      '404 that says denied',
      /manifests/,
      (response: ServerResponse): void => send(response, 404, JSON.stringify(registryError('UNAUTHORIZED'))),
      'denies access',
    ],
    [
      'headers without end (H-8)',
      /manifests/,
      (response: ServerResponse): void => send(response, 200, '{}', { 'x-long': 'a'.repeat(20_000) }),
      'too large',
    ],
    [
      'an announced digest that is another (M-6)',
      /manifests/,
      (response: ServerResponse): void =>
        send(response, 200, image.manifest.bytes, {
          'content-type': image.manifest.mediaType,
          'docker-content-digest': `sha256:${'5'.repeat(64)}`,
        }),
      'announced sha256:5555',
    ],
    [
      'other bytes at the CDN (M-5)',
      /signature/,
      (response: ServerResponse): void => send(response, 200, Buffer.alloc(image.config.bytes.length, 0x20)),
      'do not have that digest',
    ],
    [
      'chained encodings (H-7)',
      /signature/,
      (response: ServerResponse): void =>
        send(response, 200, gzipSync(gzipSync(image.config.bytes)), { 'content-encoding': 'gzip, gzip' }),
      'came in several encodings',
    ],
    [
      'a gzip bomb (H-7)',
      /signature/,
      (response: ServerResponse): void =>
        send(response, 200, gzipSync(Buffer.alloc(20 * 1024 * 1024)).subarray(0, image.config.bytes.length), {
          'content-encoding': 'gzip',
        }),
      'cannot be decompressed',
    ],
    [
      '404 at the CDN',
      /signature/,
      (response: ServerResponse): void => send(response, 404, '<Error>NoSuchKey</Error>'),
      'the image is incomplete',
    ],
  ])('%s', async (_, match, answer, text) => {
    failing(100, match, answer);
    const result = await run();
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
    expect(result.outputs).toMatchObject({ result: 'error', reference: '' });
  });

  test.each([
    ['MANIFEST_UNKNOWN', 'was it pushed'],
    ['NAME_UNKNOWN', 'knows no repository acme/app'],
  ])('404 with %s is missing, with a hint of its own (H-17)', async (code, text) => {
    // Where tags are listed, they are the hint.
    failing(100, /manifests|tags/, (response) => send(response, 404, JSON.stringify(registryError(code))));
    const result = await run();
    expect(result.outputs['result']).toBe('missing');
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(1);
  });

  test('a digest mismatch is not tried again', async () => {
    failing(100, /signature/, (response) => send(response, 200, Buffer.alloc(image.config.bytes.length, 0x20)));
    await run();
    expect(registry.lines().filter((line) => line.includes('signature'))).toHaveLength(1);
  });

  test('a manifest that was compressed unasked is read (H-7)', async () => {
    registry.override((request, response) => {
      if (!request.path.includes('manifests') || request.headers.authorization === undefined) return false;
      send(response, 200, gzipSync(image.manifest.bytes), {
        'content-type': image.manifest.mediaType,
        'content-encoding': 'gzip',
      });
      return true;
    });
    expect((await run()).outputs).toMatchObject({ result: 'pass', digest: image.manifest.digest });
    expect(registry.requests.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true);
  });

  test.each([
    ['a name that does not resolve (H-14)', 'r.invalid/app:main', 'cannot be resolved'],
    ['a port without a listener', '127.0.0.1:1/app:main', 'connection refused'],
  ])('%s', async (_, reference, text) => {
    const result = await run({ image: reference });
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
  });

  test('a server that speaks no HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const result = await run({ image: `127.0.0.1:${(server.address() as AddressInfo).port}/app:main` });
    server.close();
    expect(result.stdout).toContain('does not speak HTTP as expected');
    expect(result.exitCode).toBe(2);
  });

  test('an HTTP server where HTTPS is wanted names plain-http, and is never spoken to in HTTP (H-11)', async () => {
    const result = await run({ 'plain-http': 'none' });
    expect(result.stdout).toContain('name it in plain-http');
    expect(result.exitCode).toBe(2);
    expect(registry.requests).toEqual([]);
  });
});

describe('bodies without end', () => {
  test.each([
    ['at the manifest', /manifests/],
    ['at the CDN', /signature/],
    ['at the token service', /^\/token/],
    ['behind an error', /manifests/, 500],
  ])('%s: an error, with less than 150 MiB of memory', async (_, match, code = 200) => {
    failing(100, match, (response) => {
      response.writeHead(code, { 'content-type': image.manifest.mediaType });
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk)) /* as fast as it takes */ ;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const reference = registry.reference('acme/app', 'main');
    const { exitCode, peakKib } = await runMeasured(['--image', reference, '--timeout', '20s']);
    expect(exitCode).toBe(2);
    expect(peakKib).toBeLessThan(150 * 1024);
  });
});

/** The peak memory of the bundle itself, as its own kernel accounts for it. */
function runMeasured(args: readonly string[]): Promise<{ exitCode: number; peakKib: number }> {
  const preload = `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'));`;
  const node = path.join(ROOT, 'node_modules/.bin/node');
  const options = [
    '--import',
    `data:text/javascript,${encodeURIComponent(preload)}`,
    path.join(ROOT, 'dist/index.js'),
    ...args,
  ];
  return new Promise((resolve) => {
    execFile(node, options, { env: { PATH: process.env['PATH'], HOME: tmpdir() } }, (error, _, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), peakKib: Number(/PEAK ([0-9]+)/.exec(stderr)?.[1]) });
    });
  });
}

describe('reaching it', () => {
  let internet: Internet;
  beforeEach(async () => {
    internet = await Internet.start();
    internet.site('r.example.com', ({ path: at }, response) => {
      if (at.endsWith('/manifests/main'))
        return void response.writeHead(200, { 'content-type': image.manifest.mediaType }).end(image.manifest.bytes);
      response.writeHead(200).end(image.config.bytes);
    });
  });
  afterEach(() => internet.stop());
  const reach = (inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Run> =>
    runAction({
      inputs: { image: 'r.example.com/app:main', ...internet.inputs, ...inputs },
      env: { ...internet.env, ...env },
    });

  test('without the authority: an error that names ca-file (H-10)', async () => {
    const result = await reach({ 'ca-file': '' });
    expect(result.stdout).toContain('Name the PEM file of that authority in ca-file.');
    expect(result.exitCode).toBe(2);
    expect(internet.requests).toEqual([]);
  });

  test('a certificate of another name does not hold (H-10)', async () => {
    const result = await reach({ image: 'r.other.test/app:main' });
    expect(result.stdout).toContain('its certificate is valid for ');
    expect(result.exitCode).toBe(2);
  });

  test.each([
    ['a file that is not there', '/nonexistent/ca.pem', 'ENOENT'],
    ['a file without a certificate', path.join(ROOT, 'package.json'), 'holds no certificate'],
  ])('ca-file: %s', async (_, file, text) => {
    const result = await reach({ 'ca-file': file });
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
  });

  test('ca-file adds to the default roots', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
    const bundle = path.join(folder, 'ca.pem');
    writeFileSync(bundle, `# ours\n${(await import('node:fs')).readFileSync(CA_FILE, 'utf8')}\n`);
    const result = await reach({ 'ca-file': bundle });
    rmSync(folder, { recursive: true });
    expect(result.exitCode).toBe(0);
  });

  test('a proxy with credentials: they go to the proxy, and are masked', async () => {
    const proxy = internet.env['HTTPS_PROXY']?.replace('http://', 'http://alice:proxy-pa55word@') as string;
    const result = await reach({}, { HTTPS_PROXY: proxy });
    expect(result.exitCode).toBe(0);
    expect(internet.proxyAuthorizations[0]).toBe(`Basic ${Buffer.from('alice:proxy-pa55word').toString('base64')}`);
    expect(internet.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
    expect(result.stdout).toContain('::add-mask::proxy-pa55word');
    expect(result.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('proxy-pa55word');
  });

  test.each([
    [407, 'Write its user name and password into the proxy variable'],
    [403, 'NO_PROXY names hosts to reach directly'],
  ])('a proxy that answers %i is named (H-9)', async (code, text) => {
    internet.proxyStatus = code;
    const result = await reach();
    expect(result.stdout).toContain(`the proxy ${internet.proxyHost} refuses to connect (HTTP ${code})`);
    expect(result.stdout).toContain(text);
    expect(result.exitCode).toBe(2);
  });

  test('NO_PROXY is direct, and so is loopback with any variables', async () => {
    const result = await reach({}, { NO_PROXY: 'example.com' });
    expect(result.exitCode).toBe(2);
    expect(internet.connects).toEqual([]);
    expect(
      (
        await runAction({
          inputs: { image: registry.reference('acme/app', 'main') },
          env: { http_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' },
        })
      ).exitCode,
    ).toBe(0);
  });

  test('every request says who asks, and nothing of the runner (H-20); no Range (H-4), no Host of our own (R-14)', async () => {
    await reach();
    for (const { headers } of internet.requests) {
      expect(Object.keys(headers).toSorted()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
      ]);
      expect(headers['user-agent']).toMatch(/^assert-image\/[0-9.]+ \(\+https:\/\/[^)]+\)$/);
    }
  });

  test('by hand it is the same', async () => {
    const result = await runCommand(['r.example.com/app:main', '--ca-file', CA_FILE, '--revision', 'any'], {
      env: internet.env,
    });
    expect(result.exitCode).toBe(0);
  });
});
