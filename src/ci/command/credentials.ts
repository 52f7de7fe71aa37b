import { readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { AssertImageError } from '../../base/errors.ts';
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
  if (isatty(0)) {
    throw new AssertImageError('input', '--password-stdin: standard input is a terminal.', {
      hint: 'Pipe the password in, or set ASSERT_IMAGE_PASSWORD.',
    });
  }
  const chunks: Buffer[] = [];
  for (let bytes = 0, tries = 0; ;) {
    try {
      const chunk = Buffer.alloc(MAX_PASSWORD_BYTES);
      const length = readSync(0, chunk);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, length));
      bytes += length;
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      // A pipe that does not block, and into which nothing has been written yet.
      if (code !== 'EAGAIN' || (tries += 1) > MAX_TRIES) throw unreadable(code);
      pause();
    }
    if (bytes > MAX_PASSWORD_BYTES) throw unreadable(`it has more than ${MAX_PASSWORD_BYTES} bytes`);
  }
}

function unreadable(reason: string): AssertImageError {
  return new AssertImageError('input', `--password-stdin: standard input cannot be read (${reason}).`, {
    hint: 'Pipe the password in, or set ASSERT_IMAGE_PASSWORD.',
  });
}

/** Ten seconds. */
const MAX_TRIES = 1000;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}
