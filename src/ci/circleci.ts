/** circleci.com/docs/reference/variables, "Built-in environment variables" */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, refOf, text } from './variables.ts';

export const CIRCLECI: KnownCi = {
  isHere: (env) => isSet(env, 'CIRCLECI'),
  read: (env) => {
    const { CIRCLE_PROJECT_USERNAME: owner, CIRCLE_PROJECT_REPONAME: name } = env;
    // Only the address of the pull request is told, and only of some.
    const number = /\/([0-9]+)$/.exec(env['CIRCLE_PULL_REQUEST'] ?? '')?.[1];
    const isPullRequest = ['CIRCLE_PULL_REQUEST', 'CIRCLE_PR_NUMBER', 'CIRCLE_PR_USERNAME'].some((name) =>
      isSet(env, name),
    );
    return runOf({
      name: 'CircleCI',
      commit: commitIn(env, 'CIRCLE_SHA1', 'CircleCI sets it in every job of a pipeline from a repository.'),
      // Of a pull request, an outsider may have named the branch.
      ref: isPullRequest ? undefined : refOf({ branch: text(env, 'CIRCLE_BRANCH'), tag: text(env, 'CIRCLE_TAG') }),
      repository: owner && name ? `${owner}/${name}` : undefined,
      pullRequest: number === undefined ? undefined : { number },
      jobUrl: text(env, 'CIRCLE_BUILD_URL'),
      hints: shellHints('$CIRCLE_SHA1', { checkout: 'has the step "checkout" run in this job?' }),
    });
  },
};
