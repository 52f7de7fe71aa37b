import { isKnown, isSwitch, type Switch, unknownFlag } from './flag-names.ts';
import type { Problem } from './raw-inputs.ts';

/** The values of each flag, in order. */
export type Values = Map<string, string[]>;

/** Arguments, told apart: nothing is known yet of what they mean. */
export interface Arguments {
  readonly values: Values;
  readonly switches: ReadonlySet<Switch>;
  readonly problems: Problem[];
}

/** `IMAGE... --name value --name=value -- IMAGE...`: every input is a flag of the same name, every argument a line of `image`. */
export function readArguments(argv: readonly string[]): Arguments {
  const problems: Problem[] = [];
  const values: Values = new Map();
  const switches = new Set<Switch>();
  const add = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value]);
  // What stands behind a flag that is none may be its value, and a secret: it is neither used nor repeated.
  let isBehindUnknown = false;
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] as string;
    if (argument === '--') {
      for (const rest of argv.slice(at + 1)) add('image', rest);
      break;
    }
    if (!DASH.test(argument)) {
      if (isBehindUnknown) continue;
      if (isImage(argument, argv[at - 1])) add('image', argument);
      else problems.push(notAnImage(at));
      continue;
    }
    const [name, inline] = splitFlag(argument);
    isBehindUnknown = !isKnown(name);
    const value = inline ?? valueBehind(argv, at);
    if (isBehindUnknown) problems.push(unknownFlag(name, at));
    else if (isSwitch(name) && inline === null) switches.add(name);
    else if (isSwitch(name))
      problems.push({ input: `--${name}`, message: 'the flag takes no value.', hint: 'Write it alone.' });
    else if (value === null)
      problems.push({ input: `--${name}`, message: 'the flag has no value.', hint: `Write --${name}=VALUE.` });
    else {
      add(name, value);
      if (inline === null) at += 1;
    }
  }
  if (argv.length > 1) problems.push(...helpBesideOthers(switches));
  return { values, switches, problems };
}

/** A page that was copied from may have made another dash of it. */
const DASH = /^[-\u2010-\u2015\u2212]/;

/** `password=SECRET` lacks its dashes, and `--password-stdin SECRET` a pipe: neither is repeated. A path may hold an equals sign. */
function isImage(argument: string, before: string | undefined): boolean {
  if (argument.startsWith('oci-layout:')) return true;
  return !argument.includes('=') && (before !== '--password-stdin' || /[/:@.]/.test(argument));
}

function notAnImage(at: number): Problem {
  return {
    input: `argument ${at + 1}`,
    message: 'this is not an image.',
    hint: 'Flags begin with two dashes, images stand before them.',
  };
}

/** A call that checks nothing is not a success, even if a variable expanded to this flag. */
function helpBesideOthers(switches: ReadonlySet<Switch>): Problem[] {
  const asked = (['help', 'version'] as const).filter((name) => switches.has(name));
  return asked.map((name) => ({
    input: `--${name}`,
    message: 'nothing is checked beside it.',
    hint: `Write it alone: assert-image --${name}.`,
  }));
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
