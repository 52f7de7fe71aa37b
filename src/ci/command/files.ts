import { closeSync, lstatSync, openSync, realpathSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AssertImageError } from '../../base/errors.ts';
import type { FileFlag } from '../../inputs/flag-names.ts';
import type { Problem } from '../../inputs/raw-inputs.ts';

/** Empties every file, so that what an earlier run wrote is not handed on. Says which cannot be written. */
export function emptyFiles(files: ReadonlyMap<FileFlag, string>): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, FileFlag>();
  for (const [flag, name] of files) {
    const file = path.resolve(name);
    const other = seen.get(file);
    if (other !== undefined)
      problems.push({ input: `--${flag}`, message: `${JSON.stringify(name)} is also the file of --${other}.` });
    seen.set(file, flag);
    try {
      writeFileSync(file, '');
    } catch (error) {
      problems.push({ input: `--${flag}`, ...unwritable(name, error) });
    }
  }
  return problems;
}

/** Writes a file whole or not at all: a job that is stopped in between leaves it empty. @throws AssertImageError `output` */
export function writeWhole(flag: FileFlag, name: string, pieces: Iterable<string>): void {
  try {
    write(path.resolve(name), pieces);
  } catch (error) {
    const { message, hint } = unwritable(name, error);
    throw new AssertImageError('output', `--${flag}: ${message}`, { hint });
  }
}

function write(name: string, pieces: Iterable<string>): void {
  const file = realpathSync(name);
  // A pipe or a device cannot be replaced.
  if (!lstatSync(file).isFile()) return writePieces(file, pieces);
  const partial = `${file}.partial`;
  try {
    writePieces(partial, pieces);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}

function writePieces(file: string, pieces: Iterable<string>): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    }
  } finally {
    closeSync(descriptor);
  }
}

function unwritable(name: string, error: unknown): { message: string; hint?: string } {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const message = `${JSON.stringify(name)} cannot be written (${code}).`;
  return code === 'ENOENT' ? { message, hint: 'Make its folder first.' } : { message };
}
