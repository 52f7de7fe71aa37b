/** buildkite.com/docs/pipelines/configure/environment-variables */
import type { AssertImageError } from '../base/errors.ts';
import type { KnownCi } from './known-ci.ts';
import { commitIn, noCommit, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, refOf, text } from './variables.ts';

export const BUILDKITE: KnownCi = {
  isHere: (env) => isSet(env, 'BUILDKITE'),
  read: (env) => {
    const number = numberIn(env, 'BUILDKITE_PULL_REQUEST');
    return runOf({
      name: 'Buildkite',
      commit: commitOf(env),
      // Of a pull request, an outsider may have named the branch.
      ref:
        number === undefined
          ? refOf({ branch: text(env, 'BUILDKITE_BRANCH'), tag: text(env, 'BUILDKITE_TAG') })
          : undefined,
      event: text(env, 'BUILDKITE_SOURCE'),
      pullRequest: number === undefined ? undefined : { number },
      jobUrl: text(env, 'BUILDKITE_BUILD_URL'),
      hints: shellHints('$BUILDKITE_COMMIT', { checkout: 'does this step skip the checkout?' }),
    });
  },
};

/** A build begun by hand is of `HEAD`; one of the merge is of a commit that the variable does not say. */
function commitOf(env: NodeJS.ProcessEnv): string | AssertImageError {
  return isSet(env, 'BUILDKITE_PULL_REQUEST_USING_MERGE_REFSPEC')
    ? noCommit('BUILDKITE_PULL_REQUEST_USING_MERGE_REFSPEC is true, so that the build is not of BUILDKITE_COMMIT.')
    : commitIn(env, 'BUILDKITE_COMMIT', 'Buildkite sets it in every job.');
}
