import { readArguments, type Values } from './arguments.ts';
import { FILE_FLAGS, type FileFlag, type Format, FORMATS, type Switch } from './flag-names.ts';
import { definitionOf, INPUT_NAMES, type InputName, isFlagName } from './names.ts';
import type { Problem, RawInputs } from './raw-inputs.ts';

/** What the arguments say. */
export interface Flags {
  readonly inputs: RawInputs;
  readonly problems: Problem[];
  readonly switches: ReadonlySet<Switch>;
  readonly format: Format;
  /** To be written; one that is named twice is a problem, and both are emptied. */
  readonly files: readonly { readonly flag: FileFlag; readonly name: string }[];
}

/** What the arguments say. @param argv without the program */
export function parseFlags(argv: readonly string[]): Flags {
  const { values, switches, problems } = readArguments(argv);
  return {
    inputs: assemble(values, problems),
    problems,
    switches,
    format: formatOf(values, problems),
    files: filesOf(values, problems),
  };
}

function assemble(found: Values, problems: Problem[]): RawInputs {
  const given = new Set<InputName>();
  const values: Partial<Record<InputName, string>> = {};
  for (const name of INPUT_NAMES) {
    const texts = found.get(name);
    if (texts) given.add(name);
    if (texts && texts.length > 1) problems.push(...problemsOfSeveral(name, texts));
    if (name === 'github-token' && texts) problems.push(...problemsOfToken(texts));
    values[name] = texts?.join('\n') ?? definitionOf(name).default ?? '';
  }
  return { values: values as Record<InputName, string>, given };
}

/** An unquoted variable that expands to nothing makes a value of the image behind it. */
function problemsOfToken(texts: readonly string[]): Problem[] {
  if (!texts.some((text) => /[/:]/.test(text))) return [];
  return [
    { input: '--github-token', message: 'this is not a token.', hint: 'Is its variable empty, and not in quotes?' },
  ];
}

function problemsOfSeveral(name: string, texts: readonly string[]): Problem[] {
  if (!isFlagName(name) || !definitionOf(name).isList)
    return [{ input: name, message: 'the flag is given more than once.', hint: 'Leave one of them.' }];
  // Among others, such a line would be skipped.
  return texts.flatMap((text, at): Problem[] => {
    const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
    if (lines.length === 0)
      return [{ input: name, line: at + 1, message: 'it is empty.', hint: 'Did a variable expand to nothing?' }];
    const isComment = lines.every((line) => line.trim().startsWith('#'));
    return isComment ? [{ input: name, line: at + 1, message: 'it is a comment.', hint: 'Leave it out.' }] : [];
  });
}

function formatOf(found: Values, problems: Problem[]): Format {
  const texts = found.get('format') ?? [];
  const text = texts.at(-1) ?? 'text';
  const format = FORMATS.find((known) => known === text);
  if (format === undefined)
    problems.push({
      input: '--format',
      message: `${JSON.stringify(text)} is not a format.`,
      hint: 'Use text, json or reference.',
    });
  // A program may be reading: it gets nothing that it did not ask for.
  return format ?? 'reference';
}

function filesOf(found: Values, problems: Problem[]): Flags['files'] {
  return FILE_FLAGS.flatMap((flag) => {
    const names = found.get(flag) ?? [];
    if (names.length > 1)
      problems.push({ input: `--${flag}`, message: 'the flag is given more than once.', hint: 'Leave one of them.' });
    return names.flatMap((name) => {
      if (name.trim() !== '') return [{ flag, name }];
      problems.push({ input: `--${flag}`, message: 'it is empty.', hint: 'Did a variable expand to nothing?' });
      return [];
    });
  });
}
