import type { Ci } from './ci.ts';
import { gitHub } from './github/github.ts';
import { isInput } from './github/inputs.ts';

/** Command line mode if there is an argument, or if no runner has set one of our inputs. An exit code where only help was asked for. */
export async function whoRuns(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ci | 0 | 2> {
  const hasInputs = Object.keys(env).some(isInput);
  const isByHand = argv.length > 0 || !(env['GITHUB_ACTIONS'] === 'true' || hasInputs);
  if (isByHand) return (await import('./command-line.ts')).commandLine(argv, env);
  const isForge = env['FORGEJO_ACTIONS'] !== undefined || env['GITEA_ACTIONS'] !== undefined;
  const forge = isForge ? await import('./forgejo.ts') : null;
  return gitHub(env, forge?.FORGEJO.isHere(env) ? forge.forge(env) : undefined);
}
