/** woodpecker-ci.org/docs/usage/environment */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { numberIn, text } from './variables.ts';

export const WOODPECKER: KnownCi = {
  isHere: (env) => env['CI'] === 'woodpecker',
  read: (env) => {
    const number = numberIn(env, 'CI_COMMIT_PULL_REQUEST');
    return runOf({
      name: 'Woodpecker',
      commit: commitIn(env, 'CI_COMMIT_SHA', 'Woodpecker sets it in every step.'),
      ref: text(env, 'CI_COMMIT_REF'),
      repository: text(env, 'CI_REPO'),
      event: text(env, 'CI_PIPELINE_EVENT'),
      pullRequest: number === undefined ? undefined : { number },
      jobUrl: text(env, 'CI_PIPELINE_URL'),
      hints: shellHints('$CI_COMMIT_SHA', { checkout: 'does this workflow skip the clone?' }),
    });
  },
};
