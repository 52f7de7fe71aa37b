import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Writes the report as a whole or not at all; returns its path below the folder. */
export function writeReport(pieces: Iterable<string>, folder: string): string {
  const file = path.join(folder, `assert-image-${randomUUID()}.json`);
  const partial = `${file}.partial`;
  try {
    const descriptor = openSync(partial, 'wx', 0o600);
    try {
      for (const piece of pieces) appendFileSync(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}
