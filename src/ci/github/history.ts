import type { Log } from '../../base/log.ts';
import type { History } from '../../expectations/revision/ancestry.ts';
import type { Asked } from '../ci.ts';

/** Loads GitHub's client on first use. */
export function historyOf(asked: Asked, env: NodeJS.ProcessEnv, log: Log): History {
  let comparison: Promise<History> | undefined;
  const open = async (): Promise<History> => {
    const [{ CommitComparison }, { clientOf }] = await Promise.all([import('./compare.ts'), import('./client.ts')]);
    return new CommitComparison(clientOf(asked, env, log));
  };
  return { compare: async (base, head) => (await (comparison ??= open())).compare(base, head) };
}
