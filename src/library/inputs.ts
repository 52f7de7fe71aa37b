import type { Read } from '../inputs/inputs.ts';
import { definitionOf, INPUT_NAMES, type InputName } from '../inputs/names.ts';
import { nearestName } from '../inputs/nearest.ts';
import type { Problem } from '../inputs/raw-inputs.ts';
import type { Options } from './options.ts';
import type { TakenOptions } from './taken.ts';

type OptionName = Exclude<keyof Options, 'run'>;
type Kind = 'text' | 'number' | 'list' | 'text or list';

/** The input that each option becomes. Those of GitHub have none. */
const OPTIONS: Readonly<Record<OptionName, readonly [InputName, Kind]>> = {
  image: ['image', 'text or list'],
  platforms: ['platforms', 'list'],
  maxImages: ['max-images', 'number'],
  revision: ['revision', 'text'],
  revisionFrom: ['revision-from', 'list'],
  digest: ['digest', 'text'],
  labels: ['labels', 'list'],
  env: ['env', 'list'],
  annotations: ['annotations', 'list'],
  expect: ['expect', 'list'],
  policy: ['policy', 'text'],
  require: ['require', 'text'],
  waitTimeout: ['wait-timeout', 'text'],
  compareWith: ['compare-with', 'text'],
  username: ['username', 'text'],
  password: ['password', 'text'],
  githubToken: ['github-token', 'text'],
  caFile: ['ca-file', 'text'],
  plainHttp: ['plain-http', 'list'],
  trustedAuthHosts: ['trusted-auth-hosts', 'list'],
  allowedRegistries: ['allowed-registries', 'list'],
  timeout: ['timeout', 'text'],
};
const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

/** The same raw inputs that a runner or a command line gives, so that there is one parser. */
export function readOptions({ values: options, problems: found }: TakenOptions): Read {
  const unknown = Object.keys(options).filter((name) => name !== 'run' && !Object.hasOwn(OPTIONS, name));
  const problems: Problem[] = [...found, ...unknown.map((name) => unknownOption(name, OPTION_NAMES))];
  const given = new Set<InputName>();
  const values = Object.fromEntries(INPUT_NAMES.map((name) => [name, definitionOf(name).default ?? '']));
  for (const option of OPTION_NAMES) {
    const value = options[option];
    if (!Object.hasOwn(options, option)) continue;
    const [name, kind] = OPTIONS[option];
    if (value === undefined && definitionOf(name).mayBeEmpty) continue;
    const { text, wrong } = textOf(value, kind, name);
    given.add(name);
    // What is wrong has been said, and nothing will be asked.
    values[name] = wrong === null ? text : (definitionOf(name).default ?? 'wrong');
    if (wrong !== null) problems.push({ input: option, ...wrong });
  }
  return { inputs: { values: values as Record<InputName, string>, given }, problems };
}

export function unknownOption(name: string, known: readonly string[], prefix = ''): Problem {
  const nearest = nearestName(name, known);
  const message = 'there is no such option.';
  const input = `${prefix}${name}`;
  const hint = nearest === null ? 'The type Options has them all.' : `Did you mean ${nearest}?`;
  return { input, message, hint };
}

interface Text {
  readonly text: string;
  readonly wrong: Pick<Problem, 'message' | 'hint'> | null;
}

/** What is no string is wrong, and what would become two lines, a comment or nothing is, too. */
function textOf(value: unknown, kind: Kind, name: InputName): Text {
  if (value === undefined) return wrongText('it is given, but undefined.', 'Did a variable hold nothing?');
  if (kind === 'number')
    return typeof value === 'number' ? right(String(value)) : wrongText('it is not a number.', 'Give a number.');
  if (typeof value === 'string' && kind !== 'list') return kind === 'text' ? right(value) : textOfList([value], name);
  if (Array.isArray(value) && kind !== 'text') return textOfList(value, name);
  return wrongText(
    `it is not a ${kind === 'list' ? 'list of strings' : 'string'}.`,
    `Give ${kind === 'list' ? 'an array of strings' : 'a string'}.`,
  );
}

function textOfList(items: readonly unknown[], name: InputName): Text {
  // Of HTTP, loopback is the default and an item.
  const keyword = name === 'plain-http' ? null : definitionOf(name).default;
  for (const item of items) {
    if (typeof item !== 'string') return wrongText('it is not a list of strings.', 'Give an array of strings.');
    if (item.trim() === '') return wrongText('an item is empty.', 'Did a variable hold nothing?');
    if (/[\r\n]/.test(item)) return wrongText(`${JSON.stringify(item)} has a line break.`, 'Make it two items.');
    if (item.trimStart().startsWith('#'))
      return wrongText(`${JSON.stringify(item)} would be a comment.`, 'Leave it out.');
    if (item.trim() === keyword) return wrongText(`"${keyword}" stands for no list.`, 'Leave the option out.');
  }
  return right(items.join('\n'));
}

const right = (text: string): Text => ({ text, wrong: null });
const wrongText = (message: string, hint: string): Text => ({ text: '', wrong: { message, hint } });
