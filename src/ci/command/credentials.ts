import { AssertImageError } from '../../base/errors.ts';
import { readAll } from '../../base/read-file.ts';
import type { RawInputs } from '../../inputs/raw-inputs.ts';

/** Of all secrets that are passwords, a key file of Google's is the longest, with 2 kB. */
const MAX_PASSWORD_BYTES = 64 * 1024;

/**
 * User name and password: from the environment, for arguments are public. What is given to this very call comes first.
 *
 * @throws AssertImageError `input` where standard input cannot be read
 */
export function withCredentials(inputs: RawInputs, env: NodeJS.ProcessEnv, isPasswordPiped: boolean): RawInputs {
  const username = inputs.given.has('username') ? inputs.values.username : (env['ASSERT_IMAGE_USERNAME'] ?? '');
  const password = isPasswordPiped ? readStandardInput() : (env['ASSERT_IMAGE_PASSWORD'] ?? '');
  return { ...inputs, values: { ...inputs.values, username, password } };
}

function readStandardInput(): string {
  try {
    return readAll(0, MAX_PASSWORD_BYTES).toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssertImageError('input', `--password-stdin: standard input cannot be read (${code}).`);
  }
}
