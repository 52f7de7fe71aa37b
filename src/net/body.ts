import { AssertImageError } from '../base/errors.ts';
import type { Request } from './network.ts';

/** The first bytes of a body; the rest is dropped with its connection. */
export async function readStart(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const body = new Body(maxBytes);
  for await (const chunk of stream) {
    body.add(chunk.subarray(0, maxBytes - body.length));
    if (body.length >= maxBytes) break;
  }
  return body.bytes();
}

/** @param length that the server announces, where it does: the buffer is made once, and takes memory as it fills */
export async function readCapped(
  stream: AsyncIterable<Uint8Array>,
  { maxBytes, url, beforeLarge }: Pick<Request, 'maxBytes' | 'url' | 'beforeLarge'>,
  length = 0,
): Promise<Uint8Array> {
  const smallBytes = beforeLarge?.bytes ?? Infinity;
  const body = new Body(maxBytes, Math.min(length, maxBytes, smallBytes));
  for await (const chunk of stream) {
    if (body.length + chunk.length > maxBytes) {
      throw new AssertImageError(
        'too-large',
        `${url.host} sent more than the ${maxBytes} bytes that are read of such an answer.`,
      );
    }
    if (body.length <= smallBytes && body.length + chunk.length > smallBytes) {
      await beforeLarge?.wait();
      body.reserve(Math.min(length, maxBytes));
    }
    body.add(chunk);
  }
  return body.bytes();
}

/** Collects a body in one buffer. Kept separately, a chunk of one byte takes more than a hundred. */
class Body {
  #buffer: Buffer;
  length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number, expected = 0) {
    this.#maxBytes = maxBytes;
    this.#buffer = Buffer.alloc(expected);
  }

  add(chunk: Uint8Array): void {
    const needed = this.length + chunk.length;
    if (needed > this.#buffer.length)
      this.reserve(Math.min(Math.max(needed, this.#buffer.length * 2, 4096), Math.max(this.#maxBytes, needed)));
    this.#buffer.set(chunk, this.length);
    this.length = needed;
  }

  /** Makes room for so many bytes in all. */
  reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const grown = Buffer.alloc(bytes);
    this.#buffer.copy(grown, 0, 0, this.length);
    this.#buffer = grown;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }
}
