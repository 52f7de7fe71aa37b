/** support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, refOf, text } from './variables.ts';

export const BITBUCKET: KnownCi = {
  isHere: (env) => isSet(env, 'BITBUCKET_BUILD_NUMBER'),
  read: (env) => {
    const { BITBUCKET_REPO_FULL_NAME: repository, BITBUCKET_BUILD_NUMBER: build } = env;
    const number = numberIn(env, 'BITBUCKET_PR_ID');
    return runOf({
      name: 'Bitbucket Pipelines',
      commit: commitIn(env, 'BITBUCKET_COMMIT', 'Bitbucket sets it in every step.'),
      // Of a pull request, an outsider may have named the branch.
      ref:
        number === undefined
          ? refOf({ branch: text(env, 'BITBUCKET_BRANCH'), tag: text(env, 'BITBUCKET_TAG') })
          : undefined,
      repository,
      pullRequest:
        number === undefined
          ? undefined
          : {
              number,
              note: 'Bitbucket builds a pull request merged into its destination, and BITBUCKET_COMMIT is its head: let the build write BITBUCKET_COMMIT into the label.',
            },
      jobUrl: repository && build ? `https://bitbucket.org/${repository}/pipelines/results/${build}` : undefined,
      hints: shellHints('$BITBUCKET_COMMIT', { checkout: 'is the clone disabled in this step?' }),
    });
  },
};
