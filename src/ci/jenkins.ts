/** plugins.jenkins.io/git, "Environment Variables"; jenkins.io/doc/book/pipeline/multibranch */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, refOf, text } from './variables.ts';

export const JENKINS: KnownCi = {
  isHere: (env) => isSet(env, 'JENKINS_URL'),
  read: (env) => {
    const number = numberIn(env, 'CHANGE_ID');
    return runOf({
      name: 'Jenkins',
      commit: commitIn(env, 'GIT_COMMIT', 'Jenkins sets it where "checkout scm" has run before, on this agent.'),
      // Never GIT_URL, which may hold a password, nor GIT_BRANCH, which may begin with the name of a remote.
      ref: number === undefined ? refOf({ branch: text(env, 'BRANCH_NAME'), tag: text(env, 'TAG_NAME') }) : undefined,
      pullRequest:
        number === undefined
          ? undefined
          : {
              number,
              note: 'Where Jenkins merges a pull request before it builds, GIT_COMMIT is a commit that only this agent has: let the build write GIT_COMMIT into the label, or expect the head.',
            },
      jobUrl: text(env, 'BUILD_URL'),
      hints: shellHints('$GIT_COMMIT', { checkout: 'has "checkout scm" run on this agent?' }),
    });
  },
};
