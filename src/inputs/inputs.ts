import type { Secrets } from '../secrets.ts';
import { AssertImageError } from '../errors.ts';
import { readAll } from '../read-file.ts';
import { readActionInputs } from './action-inputs.ts';
import { parseFlags } from './flags.ts';
import { definitionOf, INPUT_NAMES } from './names.ts';
import type { Problem, RawInputs } from './raw-inputs.ts';

/** By hand as soon as there is a flag, or where no runner has set an input. */
export function modeOf(argv: readonly string[], env: NodeJS.ProcessEnv): RawInputs['mode'] {
  const hasInputs = Object.keys(env).some((name) => name.startsWith('INPUT_'));
  return argv.length > 0 || !(env['GITHUB_ACTIONS'] === 'true' || hasInputs) ? 'command-line' : 'action';
}

/** The only reader of inputs and flags. Secrets are registered before anything is written. */
export function readInputs(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  secrets: Secrets,
): { inputs: RawInputs; problems: Problem[] } {
  const { inputs, problems } = modeOf(argv, env) === 'action' ? readActionInputs(env) : readCommandLine(argv);
  // A secret that was pasted or read from a file often ends in a line break, which no password has.
  const values = { ...inputs.values, password: inputs.values.password.replace(/\r?\n$/, '') };
  for (const secret of [values.password, values['github-token']]) secrets.add(secret);
  return { inputs: { ...inputs, values }, problems: [...problems, ...findEmpty(inputs)] };
}

function readCommandLine(argv: readonly string[]): { inputs: RawInputs; problems: Problem[] } {
  const { inputs, problems, passwordStdin } = parseFlags(argv);
  if (!passwordStdin) return { inputs, problems };
  if (inputs.given.has('password')) {
    problems.push({
      input: 'password-stdin',
      message: 'the password is given twice, as a flag and on standard input.',
    });
  }
  return { inputs: { ...inputs, values: { ...inputs.values, password: readStandardInput() } }, problems };
}

/** Of all secrets that are passwords, a key file of Google's is the longest, with 2 kB. */
const MAX_PASSWORD_BYTES = 64 * 1024;

function readStandardInput(): string {
  try {
    return readAll(0, MAX_PASSWORD_BYTES).toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssertImageError('input', `password-stdin: standard input cannot be read (${code}).`);
  }
}

/** Fails closed: an expression that evaluated to nothing is never a pass. */
function findEmpty({ values, given }: RawInputs): Problem[] {
  return INPUT_NAMES.filter((name) => values[name].trim() === '' && !definitionOf(name).mayBeEmpty).map((name) => ({
    input: name,
    message: given.has(name) ? 'it is given, but empty.' : 'it is required.',
    hint: given.has(name) ? 'Did an expression evaluate to nothing?' : 'Name the image to look at.',
  }));
}
