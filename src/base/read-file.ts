import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** An existing file that was not read. `code` is a phrase, where a system error has a name such as `ENOENT`. */
class UnreadableFileError extends Error {
  readonly code: string;
  constructor(reason: string) {
    super(reason);
    this.code = reason;
  }
}

/**
 * Reads a file that the user named, up to a maximum size. A checkout may hold a link to a device without end
 * or a pipe without a writer, and no deadline stops a read.
 *
 * @throws an error whose `code` reads well in parentheses
 */
export function readRegularFile(file: string, maxBytes: number): Buffer {
  // Without O_NONBLOCK, opening a pipe waits for its writer. Windows does not know it.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(descriptor).isFile()) throw new UnreadableFileError('it is not a regular file');
    return readAll(descriptor, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a descriptor to its end. @throws an error with a `code` for more than `maxBytes` */
function readAll(descriptor: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let bytes = 0; ;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const length = readSync(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks);
    bytes += length;
    if (bytes > maxBytes) throw new UnreadableFileError(`it has more than ${maxBytes} bytes`);
    chunks.push(chunk.subarray(0, length));
  }
}

const CHUNK_BYTES = 64 * 1024;
