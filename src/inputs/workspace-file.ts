import path from 'node:path';
import { AssertImageError } from '../base/errors.ts';
import { readRegularFile } from '../base/read-file.ts';
import type { InputName } from './names.ts';
import type { RawInputs } from './raw-inputs.ts';

/** A file that an input names, as it stands on disk; `path` as it was given. */
export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

/** A policy of a thousand expectations has 100 kB, and Sigstore's trusted root 10. */
const MAX_FILE_BYTES = 1024 * 1024;

/** All files that inputs name. @throws AssertImageError `input` */
export function readWorkspaceFiles(
  { values }: RawInputs,
  workspace: string,
): { policy: WorkspaceFile | null; trustedRoot: WorkspaceFile | null } {
  return {
    policy: readWorkspaceFile('policy', values.policy, 'none', workspace),
    trustedRoot: readWorkspaceFile('trusted-root', values['trusted-root'], 'auto', workspace),
  };
}

/**
 * @param absent what the input says where it names no file
 * @throws AssertImageError `input`
 */
function readWorkspaceFile(input: InputName, given: string, absent: string, workspace: string): WorkspaceFile | null {
  const name = given.trim();
  if (name === absent || name === '') return null;
  try {
    const file = path.resolve(workspace, name);
    return { path: name, text: readRegularFile(file, MAX_FILE_BYTES).toString('utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssertImageError('input', `${input}: ${JSON.stringify(name)} cannot be read (${code}).`, {
      hint:
        code === 'ENOENT' ? 'The path is relative to the workspace: ⟦checkout⟧' : 'Name a file that this job may read.',
    });
  }
}
