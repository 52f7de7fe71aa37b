import path from 'node:path';
import { AssertImageError } from '../base/errors.ts';
import { readRegularFile } from '../base/read-file.ts';

/** A policy as it stands on disk; `path` as it was given. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** A policy of a thousand expectations has 100 kB. */
const MAX_POLICY_BYTES = 1024 * 1024;

/** @throws AssertImageError `input` */
export function readPolicyFile(given: string, workspace: string): PolicyFile | null {
  const name = given.trim();
  if (name === 'none' || name === '') return null;
  try {
    const file = path.resolve(workspace, name);
    return { path: name, text: readRegularFile(file, MAX_POLICY_BYTES).toString('utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssertImageError('input', `policy: ${JSON.stringify(name)} cannot be read (${code}).`, {
      hint: code === 'ENOENT' ? 'The path is relative to the workspace: ⟦checkout⟧' : undefined,
    });
  }
}
