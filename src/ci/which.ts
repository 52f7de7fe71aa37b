import type { Run } from '../inputs/run.ts';
import { AZURE } from './azure.ts';
import { BITBUCKET } from './bitbucket.ts';
import { BUILDKITE } from './buildkite.ts';
import { CIRCLECI } from './circleci.ts';
import { CODEBUILD } from './codebuild.ts';
import { DRONE } from './drone.ts';
import { FORGEJO } from './forgejo.ts';
import { readEvent } from './github/event.ts';
import { gitHubRun } from './github/run.ts';
import { GITLAB } from './gitlab.ts';
import { JENKINS } from './jenkins.ts';
import type { KnownCi } from './known-ci.ts';
import { runByHand } from './no-ci.ts';
import { TEAMCITY } from './teamcity.ts';
import { TRAVIS } from './travis.ts';
import { WOODPECKER } from './woodpecker.ts';

const GITHUB: KnownCi = {
  isHere: (env) => env['GITHUB_ACTIONS'] === 'true',
  read: (env) => gitHubRun(readEvent(env), env),
};

/** The first that is here decides. Forgejo and Gitea set GitHub's variables too. */
const KNOWN: readonly KnownCi[] = [
  FORGEJO,
  GITHUB,
  GITLAB,
  JENKINS,
  CIRCLECI,
  AZURE,
  BUILDKITE,
  BITBUCKET,
  TRAVIS,
  TEAMCITY,
  DRONE,
  WOODPECKER,
  CODEBUILD,
];

/** The run of the CI that this environment is of. */
export function whichRun(env: NodeJS.ProcessEnv): Run {
  return KNOWN.find(({ isHere }) => isHere(env))?.read(env) ?? runByHand();
}
