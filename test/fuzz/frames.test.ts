/** Any frames of an HTTP/2 server give an answer, or an error in our words, in time. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { Transport } from '../../src/net/transport.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { CA_FILE } from '../support/internet.ts';

const TIMEOUT_MS = 400;
const tls = path.dirname(CA_FILE);

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** RFC 9113, section 4.1. */
function encode({ type, flags, stream, payload }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS: Frame = { type: 4, flags: 0, stream: 0, payload: Buffer.alloc(0) };
/** `:status: 200`, from HPACK's static table. */
const OK = Buffer.from([0x88]);
const END_STREAM = 1;
const END_HEADERS = 4;

const payload = fc.oneof(
  fc.constantFrom(
    OK,
    Buffer.alloc(0),
    Buffer.alloc(4),
    Buffer.from([0, 0, 0, 2]),
    Buffer.alloc(8),
    Buffer.alloc(16_384),
  ),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
const likely = (frame: Partial<Frame>): fc.Arbitrary<Frame> =>
  fc.record({
    type: fc.constant(frame.type ?? 0),
    flags:
      frame.flags === undefined
        ? fc.constantFrom(0, END_STREAM, END_HEADERS, 5, 8, 0x20, 0xff)
        : fc.constant(frame.flags),
    stream: fc.constantFrom(1, 1, 1, 0, 2, 3, 0x7fffffff),
    payload: frame.payload ? fc.constant(frame.payload) : payload,
  });
const FRAME: fc.Arbitrary<Frame> = fc.oneof(
  likely({ type: 1, flags: END_HEADERS, payload: OK }),
  likely({ type: 0, payload: Buffer.from('{"tags":[]}') }),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200].map((type) => likely({ type })),
);

let server: Server;
let frames: readonly Frame[];
const sockets = new Set<Socket>();
beforeEach(async () => {
  server = createServer(
    {
      key: readFileSync(path.join(tls, 'server.key')),
      cert: readFileSync(path.join(tls, 'server.pem')),
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.write(encode(SETTINGS));
      socket.once('data', () => {
        for (const frame of frames) socket.write(encode(frame));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test(
  'frames of HTTP/2',
  async () => {
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await fc.assert(
      fc.asyncProperty(fc.array(FRAME, { maxLength: 6 }), fc.boolean(), async (chosen, isFirst) => {
        frames = isFirst ? [{ type: 1, flags: END_HEADERS, stream: 1, payload: OK }, ...chosen] : chosen;
        const transport = new Transport(origin, {
          authorities: () => createSecureContext({ ca: readFileSync(CA_FILE) }),
          proxyFor: () => null,
          userAgent: 'fuzz',
          redact: (text) => text,
          readErrors: () => [],
          onExchange: () => {},
          tlsHint: null,
        });
        const started = performance.now();
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const request = { method: 'GET', url: new URL(origin), headers: {}, maxBytes: 1000, signal } as const;
        const outcome: unknown = await transport.send(request).catch((error: unknown) => error);
        await transport.close();
        expect(performance.now() - started).toBeLessThan(TIMEOUT_MS + 1000);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(AssertImageError);
          expect((outcome as AssertImageError).code).toMatch(/^(unreachable|timeout|protocol|too-large)$/);
          expect((outcome as AssertImageError).message).not.toContain('()');
        } else {
          expect((outcome as { body: Uint8Array }).body.length).toBeLessThanOrEqual(1000);
        }
      }),
      bounded(20),
    );
  },
  FUZZ_TIMEOUT_MS,
);
