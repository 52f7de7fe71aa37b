import { Secrets } from '../base/secrets.ts';
import { NO_HOST } from '../gate/no-host.ts';
import { type Format, FORMATS } from '../inputs/flag-names.ts';
import { type Flags, parseFlags } from '../inputs/flags.ts';
import { finish, type Read } from '../inputs/inputs.ts';
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
  const needsHelp = argv.length === 0 || flags.switches.has('help') || flags.switches.has('version');
  if (needsHelp) return (await import('./command/help.ts')).help(flags.switches);
  const format = formatWanted(argv, flags);
  const secrets = new Secrets();
  const run = whichRun(env);
  const log = commandLog(secrets, format, flags.switches.has('quiet'), env);
  if (run.registryLogin) secrets.addBasic(run.registryLogin.username, run.registryLogin.password);
  return {
    log,
    secrets,
    run,
    readInputs: () => readInputs(flags, run, { secrets, env }),
    hostOfCode: (asked) => (run.github === undefined ? NO_HOST : hostOf(asked, env, log)),
    prepare: () => import('./github/deliveries.ts'),
    deliver: (verdict, asked) =>
      deliverCommand(verdict, { asked, flags: { ...flags, format }, log, secrets, run, env }),
  };
}

function readInputs(
  { inputs, problems, switches, files }: Flags,
  run: Run,
  { secrets, env }: { readonly secrets: Secrets; readonly env: NodeJS.ProcessEnv },
): Read {
  const unwritable = emptyFiles(files);
  const lacking = problemsOfLacking(run, (name) => inputs.given.has(name));
  const complete = withCredentials(inputs, env, switches.has('password-stdin'));
  return finish({ inputs: complete, problems: [...problems, ...unwritable, ...lacking] }, secrets);
}

/** As the flags say; where they are wrong, any sign of it counts, for a program may be reading. */
function formatWanted(argv: readonly string[], { format, problems }: Flags): Format {
  if (format !== 'text' || problems.length === 0) return format;
  const isWanted = (name: Format): boolean =>
    argv.some((argument, at) => argument === `--format=${name}` || (argument === '--format' && argv[at + 1] === name));
  return FORMATS.find((name) => name !== 'text' && isWanted(name)) ?? 'text';
}
