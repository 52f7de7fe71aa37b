import { isFlagName, PUBLIC_NAMES } from './names.ts';
import { nearestName } from './nearest.ts';
import type { Problem } from './raw-inputs.ts';

/** How the report is printed. `reference`: the pinned reference alone. */
export const FORMATS = ['text', 'json', 'reference'] as const;
export type Format = (typeof FORMATS)[number];

/** Flags of the command that name a file to write. */
export const FILE_FLAGS = ['dotenv', 'junit', 'markdown', 'report'] as const;
export type FileFlag = (typeof FILE_FLAGS)[number];

const SWITCHES = ['password-stdin', 'quiet', 'help', 'version'] as const;
export type Switch = (typeof SWITCHES)[number];
export const isSwitch = (name: string): name is Switch => SWITCHES.includes(name as Switch);
const isFile = (name: string): name is FileFlag => FILE_FLAGS.includes(name as FileFlag);

/** Arguments are public: every process of the machine can read them. */
const isValueFlag = (name: string): boolean => isFlagName(name) && name !== 'password';

export function isKnown(name: string): boolean {
  return isValueFlag(name) || isFile(name) || isSwitch(name) || name === 'format';
}

const KNOWN: readonly string[] = [...PUBLIC_NAMES.filter(isValueFlag), 'format', ...FILE_FLAGS, ...SWITCHES];

/** `--password SECRET` in one argument, or `--tokenSECRET`, is not repeated. */
function isShown(name: string): boolean {
  return /^[a-z][a-z-]{0,30}$/.test(name) && !/^(pass|token|github-token|secret)/.test(name);
}

export function unknownFlag(name: string, at: number): Problem {
  if (name === 'password') {
    const hint = 'Pipe it in with --password-stdin, or set ASSERT_IMAGE_PASSWORD.';
    return { input: '--password', message: 'every process of this machine can read arguments.', hint };
  }
  const seeHelp = 'See assert-image --help.';
  if (!isShown(name)) return { input: `argument ${at + 1}`, message: 'there is no such flag.', hint: seeHelp };
  const nearest = nearestName(name, [...KNOWN, 'password']);
  const hint = nearest === null ? seeHelp : `Did you mean --${nearest === 'password' ? 'password-stdin' : nearest}?`;
  return { input: `--${name}`, message: 'there is no such flag.', hint };
}
