import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Header } from 'tar-stream';
import { AssertImageError } from '../base/errors.ts';
import { nameOf, type Seen } from './entry-name.ts';

/** What tar-stream iterates over; its types do not name it. */
type Entry = NodeJS.ReadableStream & { readonly header: Header };

/** Manifests and configs; a larger file of a layout is a layer, which is never read. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** A name is remembered, however small its file is. */
const BYTES_PER_ENTRY = 512;
/** All documents of one archive together: a hundred platforms have some megabytes. */
const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024;
/** Larger archives are read one at a time. */
export const SMALL_ARCHIVE_BYTES = 1024 * 1024;

/** One pass, nothing unpacked: what is small and looks like JSON is kept, all else is passed over. */
export async function readArchive(file: string, waitForTurn: () => Promise<void>): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const seen: Seen = { names: new Set(), links: new Set() };
  const { extract } = await import('tar-stream');
  const entries = extract();
  const raw = createReadStream(file);
  let total = 0;
  try {
    const source = (await hasGzipMagic(file)) ? raw.pipe(createGunzip()) : raw;
    for (const stream of new Set([raw, source])) stream.on('error', (error: Error) => entries.destroy(error));
    source.pipe(entries);
    for await (const entry of entries as AsyncIterable<Entry>) {
      const { size } = entry.header;
      const name = nameOf(entry.header, seen, file);
      const isWanted = name !== null && size <= MAX_FILE_BYTES;
      if (total + (isWanted ? size : 0) > SMALL_ARCHIVE_BYTES) await waitForTurn();
      // Names of empty files count too.
      if (name !== null) total += BYTES_PER_ENTRY;
      const bytes = isWanted ? await readJson(entry as AsyncIterable<unknown>, name) : null;
      total += bytes?.length ?? 0;
      if (total > MAX_ARCHIVE_BYTES)
        throw new AssertImageError(
          'too-large',
          `the documents in ${JSON.stringify(file)} have more than ${MAX_ARCHIVE_BYTES} bytes, of which ${BYTES_PER_ENTRY} are counted for each name.`,
        );
      if (name === null || bytes === null) entry.resume();
      else files.set(name, bytes);
    }
  } catch (error) {
    if (error instanceof AssertImageError) throw error;
    throw new AssertImageError(
      'malformed',
      `${JSON.stringify(file)} is not a tar file that can be read (${(error as Error).message.slice(0, 80)}).`,
    );
  } finally {
    raw.destroy();
  }
  return files;
}

/** The entry, if it begins as JSON does; layers begin with the mark of their compression. */
async function readJson(entry: AsyncIterable<unknown>, name: string): Promise<Buffer | null> {
  // What "docker save" writes is known by its list of images.
  const begin = name === 'manifest.json' ? 0x5b : 0x7b;
  const chunks: Buffer[] = [];
  let isJson: boolean | undefined;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    const first = chunk.find((byte) => !WHITE_SPACE.has(byte));
    if (isJson === undefined && first !== undefined) isJson = first === begin;
    if (isJson !== false) chunks.push(chunk);
  }
  return isJson === true ? Buffer.concat(chunks) : null;
}

/** That of JSON. */
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

async function hasGzipMagic(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
