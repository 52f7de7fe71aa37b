/** docs.travis-ci.com/user/environment-variables, "Default Environment Variables" */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, refOf, text } from './variables.ts';

export const TRAVIS: KnownCi = {
  isHere: (env) => isSet(env, 'TRAVIS'),
  read: (env) => {
    const number = numberIn(env, 'TRAVIS_PULL_REQUEST');
    const tag = text(env, 'TRAVIS_TAG');
    return runOf({
      name: 'Travis CI',
      // Of a pull request: the merge commit.
      commit: commitIn(env, 'TRAVIS_COMMIT', 'Travis CI sets it in every job.'),
      // Of a pull request, the branch is the one that it is to be merged into.
      ref: number === undefined ? refOf({ branch: text(env, 'TRAVIS_BRANCH'), tag }) : undefined,
      repository: text(env, 'TRAVIS_REPO_SLUG'),
      event: text(env, 'TRAVIS_EVENT_TYPE'),
      pullRequest: number === undefined ? undefined : { number, head: text(env, 'TRAVIS_PULL_REQUEST_SHA') },
      jobUrl: text(env, 'TRAVIS_JOB_WEB_URL'),
      hints: shellHints('$TRAVIS_COMMIT', {
        checkout: 'is "git: clone: false" set?',
        'pull request head': '"$TRAVIS_PULL_REQUEST_SHA"',
      }),
    });
  },
};
