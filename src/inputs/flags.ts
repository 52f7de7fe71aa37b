import { AssertImageError } from '../base/errors.ts';
import { readAll } from '../base/read-file.ts';
import { definitionOf, INPUT_NAMES, type InputName, isFlagName, PUBLIC_NAMES } from './names.ts';
import { nearestName } from './nearest.ts';
import type { Problem, RawInputs } from './raw-inputs.ts';

const OWN_FLAGS = ['format', 'password-stdin'] as const;

export interface Flags {
  readonly inputs: RawInputs;
  readonly problems: Problem[];
  readonly passwordStdin: boolean;
  /** How to print the report: of several, the last decides. */
  readonly format: 'text' | 'json';
}

/** On the command line there is no run to take the commit from. */
const COMMAND_LINE_DEFAULTS: Partial<Record<InputName, string>> = { revision: 'any' };

/** The flags, and the password on standard input where they say so. */
export function readFlags(argv: readonly string[]): { inputs: RawInputs; problems: Problem[] } {
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

/** Reads `--name value` and `--name=value`; every input is a flag of the same name. */
export function parseFlags(argv: readonly string[]): Flags {
  const problems: Problem[] = [];
  const found = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] as string;
    if (!argument.startsWith('--')) {
      problems.push(notAFlag(argument, at, argv));
      continue;
    }
    const [name, inline] = splitFlag(argument.slice(2));
    if (name === 'password-stdin') {
      found.set(name, ['true']);
    } else if (!isFlagName(name) && name !== 'format') {
      problems.push(unknownFlag(name));
      if (inline === null && argv[at + 1]?.startsWith('--') === false) at += 1;
    } else {
      const value = inline ?? argv[(at += 1)];
      if (value === undefined) problems.push({ input: name, message: 'the flag has no value.' });
      else found.set(name, [...(found.get(name) ?? []), value]);
    }
  }
  return {
    ...assemble(found, problems),
    passwordStdin: found.has('password-stdin'),
    format: found.get('format')?.at(-1) === 'json' ? 'json' : 'text',
  };
}

/**
 * A mistyped `-p SECRET`, or a secret with a space in it: what stands behind a flag, begins as one or holds a
 * value is not repeated.
 */
function notAFlag(argument: string, at: number, argv: readonly string[]): Problem {
  const isBehindFlag = argv.slice(0, at).some((before) => before.startsWith('-'));
  const isShown = !isBehindFlag && !argument.startsWith('-') && !argument.includes('=');
  const input = isShown ? argument : `argument ${at + 1}`;
  return { input, message: 'this is no flag.', hint: 'Write --image REFERENCE.' };
}

function splitFlag(text: string): [name: string, value: string | null] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

function unknownFlag(name: string): Problem {
  const known = [...PUBLIC_NAMES, ...OWN_FLAGS];
  const nearest = nearestName(name, known);
  const hint =
    nearest === null ? `Flags: ${known.map((flag) => `--${flag}`).join(', ')}.` : `Did you mean --${nearest}?`;
  return { input: `--${name}`, message: 'there is no such flag.', hint };
}

function assemble(
  found: ReadonlyMap<string, readonly string[]>,
  problems: Problem[],
): { inputs: RawInputs; problems: Problem[] } {
  const given = new Set<InputName>();
  const values: Partial<Record<InputName, string>> = {};
  for (const name of INPUT_NAMES) {
    const texts = found.get(name);
    if (texts) given.add(name);
    if (texts && texts.length > 1 && !definitionOf(name).isList) {
      problems.push({ input: name, message: 'the flag is given more than once.' });
    }
    values[name] = texts?.join('\n') ?? COMMAND_LINE_DEFAULTS[name] ?? definitionOf(name).default ?? '';
  }
  const format = found.get('format')?.at(-1) ?? 'text';
  if (format !== 'text' && format !== 'json') {
    problems.push({ input: 'format', message: `${JSON.stringify(format)} is no format.`, hint: 'Write text or json.' });
  }
  const inputs: RawInputs = {
    values: values as Record<InputName, string>,
    given,
  };
  return { inputs, problems };
}
