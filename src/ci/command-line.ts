import type { Log } from '../base/log.ts';
import { logLine } from '../base/inert.ts';
import { Secrets } from '../base/secrets.ts';
import type { Words } from '../base/words.ts';
import { finish } from '../inputs/inputs.ts';
import { parseFlags, readFlags } from '../inputs/flags.ts';
import type { Ci } from './ci.ts';
import { hostOf } from './github/host.ts';
import { readEvent } from './github/event.ts';
import { factsOf } from './github/facts.ts';
import { GITHUB_WORDS } from './github/words.ts';

const PLAIN_WORDS: Words = {
  login: 'docker login',
  'login before': 'docker login',
  'ECR login': '"aws ecr get-login-password"',
  checkout: 'are the files of the repository there?',
  expression: 'Does the shell expand it?',
  'lower case':
    'Names of repositories of code may have capitals, image names not: in a shell, ${NAME,,} is the lower-case form.',
  labels: '"docker build --label org.opencontainers.image.revision=COMMIT"',
  'pull request head': 'its commit',
};

/** By hand, or a step of any CI: flags in, text or JSON and an exit code out. */
export function commandLine(argv: readonly string[], env: NodeJS.ProcessEnv): Ci {
  const secrets = new Secrets();
  // Needed first, because errors in the flags are reported in this format too.
  const isJson = wantsJson(argv);
  const words = env['GITHUB_ACTIONS'] === 'true' ? GITHUB_WORDS : PLAIN_WORDS;
  const log = commandLineLog(secrets, isJson);
  return {
    log,
    secrets,
    words,
    facts: factsOf(readEvent(env), env, words),
    readInputs: () => finish(readFlags(argv), secrets),
    hostOfCode: (asked) => hostOf(asked, env, log),
    prepare: () => import('./github/deliveries.ts'),
    deliver: async (verdict, asked) =>
      (await import('./github/deliveries.ts')).print(verdict, {
        log,
        isJson,
        clean: { secrets, words },
        failOnMismatch: asked?.settings.failOnMismatch ?? true,
      }),
  };
}

/** As the flags say; where they are wrong, any sign of it counts, for a program may be reading. */
function wantsJson(argv: readonly string[]): boolean {
  const { format, problems } = parseFlags(argv);
  if (format === 'json' || problems.length === 0) return format === 'json';
  return argv.some(
    (argument, at) => argument === '--format=json' || (argument === '--format' && argv[at + 1] === 'json'),
  );
}

/** No workflow commands. Everything except the report goes to standard error. */
function commandLineLog(secrets: Secrets, isReportJson: boolean): Log {
  const clean = (text: string): string => logLine(secrets.redact(text));
  const report = (text: string): void => void (isReportJson ? undefined : process.stdout.write(`${clean(text)}\n`));
  return {
    line: report,
    group: (title, lines) => [title, ...lines.map((text) => `  ${text}`)].forEach(report),
    annotate: (level, _title, text) => {
      for (const line of text.split('\n')) process.stderr.write(`${level}: ${clean(line)}\n`);
    },
    debug: () => {},
  };
}
