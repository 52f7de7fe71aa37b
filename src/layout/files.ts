import { createReadStream, type Stats } from 'node:fs';
import { open, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Header } from 'tar-stream';
import { AssertImageError } from '../base/errors.ts';
import { shorten } from '../base/shorten.ts';

/** The files of a layout that are documents: names as in the specification, such as `blobs/sha256/…`. Null: not there. */
export type ReadLayoutFile = (name: string) => Promise<Uint8Array | null>;

/** What tar-stream iterates over; its types do not name it. */
type Entry = NodeJS.ReadableStream & { readonly header: Header };

/** Manifests and configs; a larger file of a layout is a layer, which is never read. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** A name is remembered, however small its file is. */
const BYTES_PER_ENTRY = 512;
/** All documents of one archive together: a hundred platforms have some megabytes. */
const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024;
/** One that has more is read when it is the only such one. */
const SMALL_ARCHIVE_BYTES = 1024 * 1024;

/** Opens a folder or a tar file (plain or gzip). @throws AssertImageError `missing` where there is none, `malformed` */
export async function openLayoutFiles(
  place: string,
  waitForTurn = async (): Promise<void> => {},
): Promise<ReadLayoutFile> {
  const found = await statOf(place);
  if (found === null) {
    throw new AssertImageError('missing', `there is no layout at ${JSON.stringify(place)}.`, {
      hint: 'The path is relative to the workspace; has the build written it?',
    });
  }
  if (found.isDirectory()) return folderFiles(await realpath(place), waitForTurn);
  if (!found.isFile())
    throw new AssertImageError('malformed', `${JSON.stringify(place)} is neither a folder nor a regular file.`);
  const files = await readArchive(place, waitForTurn);
  return async (name) => files.get(name) ?? null;
}

/** Null only where the file system says that nothing is there: any other answer means that we could not look. */
async function statOf(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new AssertImageError('malformed', `${JSON.stringify(file)} cannot be looked at (${code}).`);
  }
}

/** Links may lead around inside of the layout, and not out of it. */
function folderFiles(root: string, waitForTurn: () => Promise<void>): ReadLayoutFile {
  return async (name) => {
    const place = path.join(root, name);
    const found = await statOf(place);
    if (found === null) return null;
    const file = await realpath(place);
    if (!file.startsWith(root + path.sep)) {
      throw new AssertImageError(
        'malformed',
        `${JSON.stringify(name)} of the layout is a link out of it; not followed.`,
      );
    }
    if (!found.isFile()) throw new AssertImageError('malformed', `${JSON.stringify(name)} of the layout is no file.`);
    if (found.size > MAX_FILE_BYTES) {
      throw new AssertImageError(
        'too-large',
        `${JSON.stringify(name)} of the layout has ${found.size} bytes; at most ${MAX_FILE_BYTES} are read.`,
      );
    }
    if (found.size > SMALL_ARCHIVE_BYTES) await waitForTurn();
    return readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw new AssertImageError('malformed', `${JSON.stringify(name)} of the layout cannot be read (${error.code}).`);
    });
  };
}

/** One pass, nothing unpacked: what is small and looks like JSON is kept, all else is passed over. */
async function readArchive(file: string, waitForTurn: () => Promise<void>): Promise<Map<string, Buffer>> {
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
      // However small a file is, its name is remembered.
      if (name !== null) total += BYTES_PER_ENTRY;
      const bytes = isWanted ? await readJson(entry as AsyncIterable<unknown>) : null;
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
      `${JSON.stringify(file)} is no tar file that can be read (${(error as Error).message.slice(0, 80)}).`,
    );
  } finally {
    raw.destroy();
  }
  return files;
}

/** No other path has a meaning, so none can lead anywhere. */
const WANTED = /^(index\.json|oci-layout|blobs\/sha(256|512)\/[a-f0-9]+)$/;

/** What stood in the archive before an entry. */
interface Seen {
  readonly names: Set<string>;
  readonly links: Set<string>;
}

/** `a/b/c`: `a` and `a/b`. */
function parentsOf(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/**
 * The name of an entry that we read, null for any other. Tools differ in what they make of a second entry, of
 * another spelling and of a link (tar and skopeo take the last, and follow): each is an error.
 */
function nameOf({ name, type, linkname, pax }: Header, seen: Seen, file: string): string | null {
  const plain = path.posix.normalize(`/${name}`).slice(1).replace(/\/$/, '');
  const ambiguous = (what: string): AssertImageError =>
    new AssertImageError(
      'ambiguous',
      `${JSON.stringify(file)} has ${shorten(plain, 200)} ${what}; other tools may read another.`,
    );
  // The real name of a sparse file stands in its extended header, or in a form that is not read here.
  if (Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) throw ambiguous('as a sparse file');
  const through = parentsOf(plain).find((parent) => seen.links.has(parent));
  if (through !== undefined) throw ambiguous('behind a link');
  if (linkname) {
    if (/^(blobs(\/sha(256|512))?)?$/.test(plain)) throw ambiguous('as a link');
    seen.links.add(plain);
  }
  if (!WANTED.test(plain)) return null;
  if (name.replace(/^\.\//, '') !== plain) throw ambiguous(`also as ${JSON.stringify(name.slice(0, 100))}`);
  if (linkname || (type !== 'file' && type !== 'contiguous-file'))
    throw ambiguous(`as a ${type ?? 'file of another kind'}`);
  if (seen.names.has(plain)) throw ambiguous('twice');
  seen.names.add(plain);
  return plain;
}

/** The entry, if it begins as JSON does; layers begin with the mark of their compression. */
async function readJson(entry: AsyncIterable<unknown>): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let isJson: boolean | undefined;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    const first = chunk.find((byte) => !WHITE_SPACE.has(byte));
    if (isJson === undefined && first !== undefined) isJson = first === 0x7b;
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
