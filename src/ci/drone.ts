/** docs.drone.io/pipeline/environment/reference */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, text } from './variables.ts';

export const DRONE: KnownCi = {
  isHere: (env) => isSet(env, 'DRONE'),
  read: (env) => {
    const number = numberIn(env, 'DRONE_PULL_REQUEST');
    return runOf({
      name: 'Drone',
      commit: commitIn(env, 'DRONE_COMMIT_SHA', 'Drone sets it in every step.'),
      ref: text(env, 'DRONE_COMMIT_REF'),
      repository: text(env, 'DRONE_REPO'),
      event: text(env, 'DRONE_BUILD_EVENT'),
      pullRequest: number === undefined ? undefined : { number },
      jobUrl: text(env, 'DRONE_BUILD_LINK'),
      hints: shellHints('$DRONE_COMMIT_SHA', { checkout: 'is the clone disabled in this pipeline?' }),
    });
  },
};
