import { VERSION } from '../../base/version.ts';
import type { Flags } from '../../inputs/flags.ts';
import { definitionOf, PUBLIC_NAMES } from '../../inputs/names.ts';
import { type Entry, EXAMPLES, GROUPS, OWN, SHORT } from './help-texts.ts';

/** Prints what was asked for; where nothing was, the beginning of it, as an error. */
export function help(switches: Flags['switches']): 0 | 2 {
  if (switches.has('help')) process.stdout.write(longHelp());
  else if (switches.has('version')) process.stdout.write(`assert-image ${VERSION}\n`);
  else {
    process.stderr.write(SHORT);
    return 2;
  }
  return 0;
}

function longHelp(): string {
  const groups = GROUPS.map(([title, entries]) =>
    formatGroup(
      title,
      NAMES.flatMap((name) => {
        const entry = entries[name];
        return entry === undefined ? [] : [[`--${name} ${entry[0]}`.trimEnd(), textOf(name, entry)] as const];
      }),
    ),
  );
  return `Fails unless a container image was built from this commit, and says what else you expect of it.
It reads the manifest and the configuration from the registry, and no layers.

  assert-image IMAGE... [flags]

${groups.join('\n')}
${formatGroup('What the command writes', OWN)}
${EXAMPLES}`;
}

/** In the order of the contract; the password follows the name that it belongs to. */
const NAMES = PUBLIC_NAMES.map((name) => (name === 'password' ? 'password-stdin' : name));

function textOf(name: (typeof NAMES)[number], [, text]: Entry): string {
  const value = name === 'password-stdin' ? '' : definitionOf(name).default;
  return value ? `${text} Default: ${value}` : text;
}

const COLUMN = 34;
const WIDTH = 100;

function formatGroup(title: string, rows: readonly (readonly [flag: string, text: string])[]): string {
  return [title, ...rows.flatMap(([flag, text]) => formatRow(flag, text)), ''].join('\n');
}

function formatRow(flag: string, text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + 1 + word.length > WIDTH - COLUMN) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  const head = `  ${flag}`;
  const indent = ' '.repeat(COLUMN);
  // A long flag stands on a line of its own.
  const [first = '', ...rest] = lines;
  return [
    head.length < COLUMN ? head.padEnd(COLUMN) + first : `${head}\n${indent}${first}`,
    ...rest.map((line) => indent + line),
  ];
}
