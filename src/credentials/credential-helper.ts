import { AssertImageError } from '../base/errors.ts';
import { parseJsonObject } from '../json/loose-json.ts';
import type { ConfiguredCredentials } from './credentials.ts';

/** Cloud helpers ask a metadata service; docker itself waits without end. */
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const NAME = /^[A-Za-z0-9._-]+$/;
/** Answers that mean "I know nothing". Source: docker-credential-helpers credentials/error.go. */
const NOT_FOUND = new Set([
  'credentials not found in native keychain',
  'no credentials server URL',
  'no credentials username',
]);
/** User name by which a helper says that the secret is an identity token. Source: docker/cli native_store.go. */
const IDENTITY_TOKEN_USERNAME = '<token>';

/**
 * Asks `docker-credential-<name> get`. No shell; our own secrets are not in its environment; its
 * output is the secret, and is shown nowhere, not even in errors.
 *
 * @returns null where the helper knows nothing of this registry
 * @throws AssertImageError `credentials`
 */
export async function askCredentialHelper(
  name: string,
  serverUrl: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ConfiguredCredentials | null> {
  if (!NAME.test(name)) throw helperError(JSON.stringify(name.slice(0, 40)), 'its name is not allowed');
  const program = `docker-credential-${name}`;
  const { exitCode, stdout, failure } = await execute(program, serverUrl, withoutOurSecrets(env), signal);
  if (failure !== null) throw helperError(program, failure);
  if (exitCode !== 0) {
    if (NOT_FOUND.has(stdout.trim())) return null;
    throw helperError(program, `it ended with exit code ${exitCode}`);
  }
  return readAnswer(stdout, program);
}

function readAnswer(stdout: string, program: string): ConfiguredCredentials | null {
  const answer = parseJsonObject(stdout);
  if (answer === null) throw helperError(program, 'its answer is not JSON');
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw helperError(program, 'its answer lacks Username or Secret');
  if (username === '' && secret === '') return null;
  if (username === '' || secret === '') throw helperError(program, 'its answer has an empty Username or Secret');
  return username === IDENTITY_TOKEN_USERNAME
    ? { kind: 'identity-token', token: secret, from: program, fallback: null }
    : { kind: 'basic', username, password: secret, from: program };
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly failure: string | null;
}

async function execute(program: string, input: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Outcome> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const options = {
      env,
      signal,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
    } as const;
    const child = execFile(program, ['get'], options, (error, stdout) => {
      if (error === null) return resolve({ exitCode: 0, stdout, failure: null });
      if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout, failure: null });
      const failure =
        error.code === 'ENOENT'
          ? 'it is not installed'
          : error.killed
            ? `it did not answer within ${TIMEOUT_MS / 1000} s`
            : `it could not be run (${error.code ?? error.signal ?? 'unknown'})`;
      resolve({ exitCode: -1, stdout: '', failure });
    });
    child.stdin?.on('error', () => {}); // A helper may end without reading.
    child.stdin?.end(input);
  });
}

/** Cloud variables stay, for helpers need them; what was given to this step does not. */
function withoutOurSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(INPUT_|ACTIONS_|ASSERT_IMAGE_|GITHUB_TOKEN$|DOCKER_AUTH_CONFIG$)/i.test(name),
    ),
  );
}

function helperError(program: string, reason: string): AssertImageError {
  return new AssertImageError('credentials', `the credential helper ${program} failed: ${reason}.`, {
    hint: 'The docker configuration names it for this registry. Fix the helper, or give username and password.',
  });
}
