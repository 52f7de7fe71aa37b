import type { Ci } from './ci.ts';
import { gitHub } from './github/github.ts';

/** Command line mode if there is a flag, or if no runner has set an input. */
export async function whoRuns(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ci> {
  const hasInputs = Object.keys(env).some((name) => name.startsWith('INPUT_'));
  const isByHand = argv.length > 0 || !(env['GITHUB_ACTIONS'] === 'true' || hasInputs);
  return isByHand ? (await import('./command-line.ts')).commandLine(argv, env) : gitHub(env);
}
