/** forgejo.org/docs/latest/user/actions/reference; docs.gitea.com/usage/actions/comparison */
import type { InputName } from '../inputs/names.ts';
import type { Read } from '../inputs/inputs.ts';
import type { Run } from '../inputs/run.ts';
import type { Forge } from './github/github.ts';
import { gitHubRun } from './github/run.ts';
import { readEvent } from './github/event.ts';
import type { KnownCi } from './known-ci.ts';
import { differsFromDefault, problemsOfLacking } from './lacks.ts';
import { isSet } from './variables.ts';

/** These ask GitHub, and here the same variables name another server. */
const LACKS: readonly InputName[] = [
  'comment',
  'contains-commit',
  'signer-workflow',
  'source-repository',
  'trusted-root',
];

/** Forgejo and Gitea run workflows as GitHub does, with its variables. */
export const FORGEJO: KnownCi = {
  isHere: (env) => isSet(env, 'FORGEJO_ACTIONS') || isSet(env, 'GITEA_ACTIONS'),
  read: (env) => ({
    ...gitHubRun(readEvent(env), env),
    name: isSet(env, 'FORGEJO_ACTIONS') ? 'Forgejo Actions' : 'Gitea Actions',
    origin: undefined,
    // Names of owners and repositories are those of others here.
    github: undefined,
    lacks: LACKS,
  }),
};

/** As GitHub makes them. (docs.github.com, "GitHub's token formats") */
const GITHUB_TOKEN = /^(gh[a-z]_|github_pat_)/;

/** The action itself, run by a forge. */
export function forge(env: NodeJS.ProcessEnv): Forge {
  const run = FORGEJO.read(env);
  return { run, restrict: (read) => restrict(read, run) };
}

function restrict({ inputs, problems }: Read, run: Run): Read {
  // The default is the forge's own token, which GitHub's registry must not see.
  const token = inputs.values['github-token'];
  const values = { ...inputs.values, 'github-token': GITHUB_TOKEN.test(token) ? token : '' };
  const lacking = problemsOfLacking(run, (name) => differsFromDefault(inputs, name));
  return { inputs: { ...inputs, values }, problems: [...problems, ...lacking] };
}
