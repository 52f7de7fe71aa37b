import path from 'node:path';
import { Secrets } from '../base/secrets.ts';
import { NO_HOST } from '../gate/no-host.ts';
import { type Format, FORMATS } from '../inputs/flag-names.ts';
import { type Flags, parseFlags } from '../inputs/flags.ts';
import { finish, type Read } from '../inputs/inputs.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { Run } from '../inputs/run.ts';
import type { Ci } from './ci.ts';
import { withCredentials } from './command/credentials.ts';
import { deliverCommand } from './command/deliver.ts';
import { emptyFiles } from './command/files.ts';
import { commandLog } from './command/log.ts';
import { hostOf } from './github/host.ts';
import { problemsOfLacking } from './lacks.ts';
import { whichRun } from './which.ts';

/** A terminal, or a step of any CI: arguments in, a report, files and an exit code out. */
export async function commandLine(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ci | 0 | 2> {
  const flags = parseFlags(argv);
  const isHelp = flags.switches.has('help') || flags.switches.has('version');
  if (argv.length === 0 || (argv.length === 1 && isHelp))
    return (await import('./command/help.ts')).help(flags.switches);
  const format = formatWanted(argv, flags);
  const secrets = new Secrets();
  const run = asCommand(whichRun(env));
  const log = commandLog(secrets, format, flags.switches.has('quiet'), env);
  let { files } = flags;
  if (run.registryLogin) secrets.addBasic(run.registryLogin.username, run.registryLogin.password);
  return {
    log,
    secrets,
    run,
    readInputs: () => {
      const { read, files: writable } = readInputs(flags, run, { secrets, env });
      files = writable;
      return read;
    },
    hostOfCode: (asked) => (run.lacks.includes('contains-commit') ? NO_HOST : hostOf(asked, env, log)),
    prepare: () => import('./github/deliveries.ts'),
    deliver: (verdict, asked) =>
      deliverCommand(verdict, { asked, flags: { ...flags, format, files }, log, secrets, run, env }),
  };
}

function readInputs(
  { inputs, problems, switches, files }: Flags,
  run: Run,
  { secrets, env }: { readonly secrets: Secrets; readonly env: NodeJS.ProcessEnv },
): { read: Read; files: Flags['files'] } {
  const unwritable = emptyFiles(files, filesRead(inputs, run.workspace));
  const lacking = problemsOfLacking(run, (name) => inputs.given.has(name));
  const complete = withCredentials(inputs, env, switches.has('password-stdin'));
  const read = finish({ inputs: complete, problems: [...problems, ...unwritable, ...lacking] }, secrets);
  const isWritable = (flag: string): boolean => !unwritable.some(({ input }) => input === `--${flag}`);
  return { read, files: files.filter(({ flag }) => isWritable(flag)) };
}

/** What this run reads must not be emptied. */
function filesRead({ values }: RawInputs, workspace: string): string[] {
  const layouts = `${values.image}\n${values['compare-with']}`.matchAll(/oci-layout:(\S+)/g);
  // Tag and digest stand behind a path that may hold colons, too.
  const paths = [...layouts].flatMap(([, place = '']) =>
    [place.length, ...[...place.matchAll(/[:@]/g)].map(({ index }) => index)].map((end) => place.slice(0, end)),
  );
  const inputs = [values.policy, values['trusted-root'], values['ca-file']].map((name) => name.trim());
  return [...inputs, ...paths].filter((name) => name !== '').map((name) => path.resolve(workspace, name));
}

/** As the flags say; where they are wrong, any sign of it counts, for a program may be reading. */
function formatWanted(argv: readonly string[], { format, problems }: Flags): Format {
  if (format !== 'text' || problems.length === 0) return format;
  const isWanted = (name: Format): boolean =>
    argv.some((argument, at) => argument === `--format=${name}` || (argument === '--format' && argv[at + 1] === name));
  return FORMATS.find((name) => name !== 'text' && isWanted(name)) ?? 'text';
}

/** Paths are relative to where the command is called, and its password is not an input of a step. */
function asCommand(run: Run): Run {
  const login = `Set ASSERT_IMAGE_USERNAME and ASSERT_IMAGE_PASSWORD, or log in with ${run.hints.login} before.`;
  const hints = run.github === undefined ? run.hints : { ...run.hints, 'how to log in': login };
  return { ...run, hints, workspace: process.cwd() };
}
