/** With any answer of a registry, a stale image never passes, nothing leaks or acts, and the run ends in time. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { runAction } from '../support/runner.ts';
import { foreignCommandsIn } from '../support/runner-log.ts';

const PASSWORD = 'password-of-the-fuzzer';
const TOKEN = 'token-of-the-fuzzer-0123456789';
const TIMEOUT_S = 2;

/** Of a commit that is not expected: no answer below may turn it into one that is. */
const stale = buildTwoPlatforms({ labels: { [REVISION]: OTHER_COMMIT } });
const documents = new Map(
  [stale.manifest, ...stale.children.flatMap(({ manifest, config }) => [manifest, config])].map((blob) => [
    blob.digest as string,
    blob,
  ]),
);

type Kind = 'tag' | 'child' | 'blob' | 'token' | 'list';
interface Fault {
  readonly kind: Kind;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | 'right' | 'cut' | 'doubled';
  readonly ending: 'length' | 'chunked' | 'close' | 'reset' | 'wrong length' | 'none';
}

const HEADERS = [
  'content-type',
  'content-encoding',
  'docker-content-digest',
  'www-authenticate',
  'location',
  'link',
  'retry-after',
  'content-range',
  'set-cookie',
  'warning',
];
const VALUES = fc.oneof(
  fc.constantFrom(
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
    'text/html',
    'gzip',
    'gzip, br',
    `sha256:${'0'.repeat(64)}`,
    'sha256:../../x',
    'Bearer realm="/token",service="x"',
    'Bearer realm="http://169.254.169.254/token"',
    'Basic realm="x", Bearer realm="https://evil.example/t"',
    'Bearer realm="',
    'http://10.0.0.1/x',
    'http://[::ffff:127.0.0.1]:1/',
    '//evil.example/x',
    '/v2/',
    '</v2/app/tags/list?last=a>; rel="next"',
    '<https://evil.example/>; rel=next',
    '0',
    '99999999',
    'Wed, 21 Oct 2099 07:28:00 GMT',
    '##[set-output name=result;]pass',
    `::add-mask::${COMMIT.slice(0, 8)}`,
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
);
const JSONS = fc
  .oneof(
    fc.json({ maxDepth: 4 }),
    fc.constantFrom(
      'null',
      '[]',
      '{}',
      '{"schemaVersion":2,"manifests":[]}',
      `{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:${'0'.repeat(64)}","size":2},"layers":[]}`,
      '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"##[error]x"}]}',
      '{"errors":[{"code":"DENIED","message":"::error::x"}]}',
      `{"token":"${TOKEN}"}`,
      '{"token":{"a":1},"access_token":7}',
      '{"tags":["main","\\u202e",null]}',
      `{"tags":["main","${'a'.repeat(300)}"]}`,
    ),
  )
  .map((text) => Buffer.from(text));
const FAULT: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom('tag', 'child', 'blob', 'token', 'list'),
  status: fc.constantFrom(
    200,
    200,
    200,
    206,
    204,
    301,
    307,
    308,
    400,
    401,
    401,
    403,
    404,
    404,
    416,
    429,
    500,
    503,
    999,
  ),
  headers: fc.array(fc.tuple(fc.constantFrom(...HEADERS), VALUES), { maxLength: 3 }),
  body: fc.oneof(
    fc.constantFrom('right', 'cut', 'doubled'),
    JSONS,
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  ),
  ending: fc.constantFrom('length', 'length', 'chunked', 'close', 'reset', 'wrong length', 'none'),
});

let server: Server;
let faults: readonly Fault[];
const sockets = new Set<Socket>();
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let seen = '';
    socket.on('data', (data) => {
      seen += data.toString('latin1');
      for (let end = seen.indexOf('\r\n\r\n'); end !== -1; end = seen.indexOf('\r\n\r\n')) {
        answer(socket, seen.slice(0, end));
        seen = seen.slice(end + 4);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function answer(socket: Socket, head: string): void {
  const [, method = '', path = ''] = /^(\S+) (\S+)/.exec(head) ?? [];
  const isAuthorized = /^authorization: Bearer /im.test(head);
  const name = decodeURIComponent(path.split('?')[0]?.split('/').at(-1) ?? '');
  const kind: Kind = path.startsWith('/token')
    ? 'token'
    : path.includes('/tags/')
      ? 'list'
      : path.includes('/blobs/')
        ? 'blob'
        : name.includes(':')
          ? 'child'
          : 'tag';
  const right = ((): { body: Buffer; type: string } => {
    if (kind === 'token') return { body: Buffer.from(JSON.stringify({ token: TOKEN })), type: 'application/json' };
    if (kind === 'list') return { body: Buffer.from('{"tags":["main"]}'), type: 'application/json' };
    const blob = kind === 'tag' ? stale.manifest : documents.get(name);
    return { body: blob?.bytes ?? Buffer.from('{}'), type: blob?.mediaType ?? 'application/json' };
  })();
  const fault = faults.find((each) => each.kind === kind);
  if (!fault && kind !== 'token' && !isAuthorized) {
    return void socket.write(
      'HTTP/1.1 401 No\r\nwww-authenticate: Bearer realm="/token",service="s"\r\ncontent-length: 0\r\n\r\n',
    );
  }
  const whole = fault === undefined || fault.body === 'right' ? right.body : null;
  const body =
    whole ??
    (fault?.body === 'cut'
      ? right.body.subarray(0, right.body.length / 2)
      : fault?.body === 'doubled'
        ? Buffer.concat([right.body, right.body])
        : (fault?.body as Buffer));
  const ending = fault?.ending ?? 'length';
  const headers = [
    ['content-type', right.type] as const,
    ...(fault?.headers ?? []),
    ...(ending === 'length' ? [['content-length', String(body.length)] as const] : []),
    ...(ending === 'wrong length' ? [['content-length', String(body.length + 7)] as const] : []),
    ...(ending === 'chunked' ? [['transfer-encoding', 'chunked'] as const] : []),
  ];
  const text = headers.map(([key, value]) => `${key}: ${value.replaceAll(/[\r\n\0]/g, '')}\r\n`).join('');
  socket.write(`HTTP/1.1 ${fault?.status ?? 200} x\r\n${text}\r\n`);
  if (method === 'HEAD') return;
  if (ending === 'chunked') {
    socket.write(
      body.length === 0
        ? '0\r\n\r\n'
        : Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]),
    );
  } else socket.write(body);
  if (ending === 'close') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
}

test(
  'answers over HTTP/1.1',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(FAULT, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        async (chosen, isPattern, hasPassword) => {
          faults = chosen;
          const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
          const run = await runAction({
            inputs: {
              image: `${host}/app:${isPattern ? 'm*' : 'main'}`,
              revision: COMMIT,
              timeout: `${TIMEOUT_S}s`,
              ...(hasPassword ? { username: 'u', password: PASSWORD } : {}),
            },
            env: { RUNNER_DEBUG: '1' },
          });
          expect(run.outputs['result']).toMatch(/^(fail|missing|error)$/);
          expect(run.exitCode).toBe(run.outputs['result'] === 'error' ? 2 : 1);
          expect(run.outputs['reference']).toBe('');
          expect(run.stdout).not.toContain('This is a bug');
          expect(foreignCommandsIn(run.stdout.replaceAll(/^::debug::/gm, '') + run.stderr)).toEqual([]);
          expect(run.stderr).toBe('');
          const shown = run.stdout.replaceAll(/^::add-mask::.*$/gm, '') + run.summary + JSON.stringify(run.report);
          for (const secret of [PASSWORD, TOKEN]) expect(shown).not.toContain(secret);
          expect(run.seconds).toBeLessThan(TIMEOUT_S * (isPattern ? 2 : 1) + 2);
        },
      ),
      bounded(12),
    );
  },
  FUZZ_TIMEOUT_MS,
);

test('without a fault, the stale image fails', async () => {
  faults = [];
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = await runAction({ inputs: { image: `${host}/app:main`, revision: COMMIT } });
  expect(run.outputs['result']).toBe('fail');
  expect((await runAction({ inputs: { image: `${host}/app:main`, revision: OTHER_COMMIT } })).exitCode).toBe(0);
});
