import {
  FILE_FLAGS,
  type FileFlag,
  type Format,
  FORMATS,
  isKnown,
  isSwitch,
  type Switch,
  unknownFlag,
} from './flag-names.ts';
import { definitionOf, INPUT_NAMES, type InputName, isFlagName } from './names.ts';
import type { Problem, RawInputs } from './raw-inputs.ts';

/** What the arguments say. */
export interface Flags {
  readonly inputs: RawInputs;
  readonly problems: Problem[];
  readonly switches: ReadonlySet<Switch>;
  readonly format: Format;
  readonly files: ReadonlyMap<FileFlag, string>;
}

/** The same name and value more than once, in order. */
type Values = Map<string, string[]>;

/** `IMAGE... --name value --name=value -- IMAGE...`: every input is a flag of the same name, every argument a line of `image`. */
export function parseFlags(argv: readonly string[]): Flags {
  const problems: Problem[] = [];
  const found: Values = new Map();
  const switches = new Set<Switch>();
  const add = (name: string, value: string): void => void found.set(name, [...(found.get(name) ?? []), value]);
  // What stands behind a flag that is none may be its value, and a secret: it is neither used nor repeated.
  let isBehindUnknown = false;
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] as string;
    if (argument === '--') {
      for (const rest of argv.slice(at + 1)) add('image', rest);
      break;
    }
    if (!argument.startsWith('-')) {
      if (isBehindUnknown) continue;
      if (isImage(argument)) add('image', argument);
      else problems.push(notAnImage(at));
      continue;
    }
    const [name, inline] = splitFlag(argument);
    isBehindUnknown = !isKnown(name);
    if (isBehindUnknown) problems.push(unknownFlag(name, at));
    else if (isSwitch(name)) {
      if (inline === null) switches.add(name);
      else problems.push({ input: `--${name}`, message: 'the flag takes no value.' });
    } else {
      const value = inline ?? valueBehind(argv, at);
      if (value === null) problems.push({ input: `--${name}`, message: 'the flag has no value.' });
      else add(name, value);
      if (inline === null && value !== null) at += 1;
    }
  }
  return {
    inputs: assemble(found, problems),
    problems,
    switches,
    format: formatOf(found, problems),
    files: filesOf(found, problems),
  };
}

/** `password=SECRET` lacks its dashes, and is not repeated. No reference holds an equals sign, a path may. */
const isImage = (argument: string): boolean => !argument.includes('=') || argument.startsWith('oci-layout:');

function notAnImage(at: number): Problem {
  return { input: `argument ${at + 1}`, message: 'this is not an image.', hint: 'Flags begin with two dashes.' };
}

/** What begins with two dashes is a flag of its own; as a value, it is written behind an equals sign. */
function valueBehind(argv: readonly string[], at: number): string | null {
  const next = argv[at + 1];
  return next === undefined || next.startsWith('--') ? null : next;
}

/** `-p SECRET` and `-pSECRET` are no flags of ours: of one dash, no name is read but `h`. */
function splitFlag(argument: string): [name: string, value: string | null] {
  if (argument === '-h') return ['help', null];
  if (!argument.startsWith('--')) return ['', null];
  const text = argument.slice(2);
  const equals = text.indexOf('=');
  return equals === -1 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

function assemble(found: Values, problems: Problem[]): RawInputs {
  const given = new Set<InputName>();
  const values: Partial<Record<InputName, string>> = {};
  for (const name of INPUT_NAMES) {
    const texts = found.get(name);
    if (texts) given.add(name);
    if (texts && texts.length > 1) problems.push(...problemsOfSeveral(name, texts));
    values[name] = texts?.join('\n') ?? definitionOf(name).default ?? '';
  }
  return { values: values as Record<InputName, string>, given };
}

function problemsOfSeveral(name: string, texts: readonly string[]): Problem[] {
  if (!isFlagName(name) || !definitionOf(name).isList)
    return [{ input: name, message: 'the flag is given more than once.' }];
  // Among others, an empty one would be a blank line, which is skipped.
  return texts.flatMap((text, at) =>
    text.trim() === ''
      ? [{ input: name, line: at + 1, message: 'it is empty.', hint: 'Did a variable expand to nothing?' }]
      : [],
  );
}

function formatOf(found: Values, problems: Problem[]): Format {
  const texts = found.get('format') ?? [];
  const text = texts.at(-1) ?? 'text';
  const format = FORMATS.find((known) => known === text);
  if (format === undefined)
    problems.push({
      input: '--format',
      message: `${JSON.stringify(text)} is no format.`,
      hint: 'Use text, json or reference.',
    });
  return format ?? 'text';
}

function filesOf(found: Values, problems: Problem[]): Map<FileFlag, string> {
  const files = new Map<FileFlag, string>();
  for (const name of FILE_FLAGS) {
    const [file, ...others] = found.get(name) ?? [];
    if (others.length > 0) problems.push({ input: `--${name}`, message: 'the flag is given more than once.' });
    if (file?.trim() === '')
      problems.push({ input: `--${name}`, message: 'it is empty.', hint: 'Did a variable expand to nothing?' });
    else if (file !== undefined) files.set(name, file);
  }
  return files;
}
