import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AssertImageError } from '../base/errors.ts';
import { MAX_FILE_BYTES, readArchive, SMALL_ARCHIVE_BYTES } from './archive.ts';

/** The files of a layout that are documents: names as in the specification, such as `blobs/sha256/…`. Null: not there. */
export type ReadLayoutFile = (name: string) => Promise<Uint8Array | null>;

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

/** Null only where the file system says that nothing is there: any other answer means that the file could not be looked at. */
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
    if (!found.isFile())
      throw new AssertImageError('malformed', `${JSON.stringify(name)} of the layout is not a file.`);
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
