import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AssertImageError } from '../../base/errors.ts';
import type { FileFlag } from '../../inputs/flag-names.ts';
import type { Problem } from '../../inputs/raw-inputs.ts';

/** A file to write, as a flag names it. */
export interface OutputFile {
  readonly flag: FileFlag;
  readonly name: string;
}

/** Without O_NONBLOCK, opening a pipe waits for its reader. Windows does not know it. */
const OPEN = constants.O_WRONLY | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/**
 * Empties every file, so that what an earlier run wrote is not handed on. Says which cannot be written, are the same, or are
 * read by this run: those stay as they are.
 *
 * @param read paths of files that are read
 */
export function emptyFiles(files: readonly OutputFile[], read: readonly string[]): Problem[] {
  const seen = new Map<string, string>();
  for (const name of read) {
    const identity = identityOf(name);
    if (identity !== null) seen.set(identity, 'a file that is read');
  }
  // A report that is redirected would be written over.
  for (const [at, name] of ['standard output', 'standard error'].entries()) {
    const identity = identityOfOpen(at + 1);
    if (identity !== null) seen.set(identity, name);
  }
  return files.flatMap(({ flag, name }): Problem[] => {
    try {
      const other = open(name, (descriptor, identity) => {
        const known = seen.get(identity);
        if (known === undefined) ftruncateSync(descriptor);
        else return known;
        seen.set(identity, `the file of --${flag}`);
        return null;
      });
      if (other === null) return [];
      return [{ input: `--${flag}`, message: `${JSON.stringify(name)} is also ${other}.`, hint: 'Name another.' }];
    } catch (error) {
      return [{ input: `--${flag}`, ...unwritable(name, error) }];
    }
  });
}

/**
 * Writes in place: a file may be a mount, or in a folder in which nothing can be made.
 *
 * @throws AssertImageError `output`
 */
export function writeFile({ flag, name }: OutputFile, pieces: Iterable<string>): void {
  try {
    open(name, (descriptor) => {
      ftruncateSync(descriptor);
      for (const piece of pieces) writeAll(descriptor, Buffer.from(piece));
    });
  } catch (error) {
    const { message, hint } = unwritable(name, error);
    throw new AssertImageError('output', `--${flag}: ${message}`, { hint });
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

function open<T>(name: string, use: (descriptor: number, identity: string) => T): T {
  // Standard output belongs to the report, and a device is no file.
  if (/^\/(dev|proc)\//.test(path.resolve(name))) throw new NotAFileError();
  const descriptor = openSync(name, OPEN, 0o666);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new NotAFileError();
    return use(descriptor, `${status.dev}:${status.ino}`);
  } finally {
    closeSync(descriptor);
  }
}

function identityOf(name: string): string | null {
  try {
    const descriptor = openSync(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { dev, ino } = fstatSync(descriptor);
      return `${dev}:${ino}`;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null; // Reading it will say so.
  }
}

/** Of a regular file; null for anything else, and for what is closed. */
function identityOfOpen(descriptor: number): string | null {
  try {
    const status = fstatSync(descriptor);
    return status.isFile() ? `${status.dev}:${status.ino}` : null;
  } catch {
    return null;
  }
}

class NotAFileError extends Error {
  readonly code = 'it is not a regular file';
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'Make its folder first.',
  EISDIR: 'Name a file in it.',
  EACCES: 'May this user write it?',
  EROFS: 'Name one in another folder.',
  ENOSPC: 'Is the disk full?',
};

function unwritable(name: string, error: unknown): { message: string; hint: string } {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return {
    message: `${JSON.stringify(name)} cannot be written (${code}).`,
    hint: HINTS[code] ?? 'Name a file that can.',
  };
}
