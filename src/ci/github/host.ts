import type { Log } from '../../base/log.ts';
import type { History } from '../../expectations/revision/ancestry.ts';
import type { HostOfCode } from '../../gate/context.ts';
import type { Asked } from '../ci.ts';

/** What GitHub knows of code and of what is built from it; each part is loaded when it is first asked for. */
export function hostOf(asked: Asked, env: NodeJS.ProcessEnv, log: Log): HostOfCode {
  let comparison: Promise<History> | undefined;
  const open = async (): Promise<History> => {
    const [{ CommitComparison }, { clientOf }] = await Promise.all([import('./compare.ts'), import('./client.ts')]);
    return new CommitComparison(clientOf(asked, env, log));
  };
  return {
    compare: async (base, head) => (await (comparison ??= open())).compare(base, head),
    attestations: async (repository) => {
      const { GitHubAttestations } = await import('./attestations.ts');
      return new GitHubAttestations(repository, asked, env);
    },
  };
}
