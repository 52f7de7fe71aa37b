/** jetbrains.com/help/teamcity/predefined-build-parameters.html */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, text } from './variables.ts';

export const TEAMCITY: KnownCi = {
  isHere: (env) => isSet(env, 'TEAMCITY_VERSION'),
  read: (env) =>
    runOf({
      name: 'TeamCity',
      commit: commitIn(
        env,
        'BUILD_VCS_NUMBER',
        'TeamCity sets it where the build has one VCS root; of several, BUILD_VCS_NUMBER_<root> has each.',
      ),
      jobUrl: text(env, 'BUILD_URL'),
      hints: shellHints('$BUILD_VCS_NUMBER', { checkout: 'does the build check out on the agent?' }),
    }),
};
