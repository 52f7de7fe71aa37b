/** docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html */
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { isSet, text } from './variables.ts';

export const CODEBUILD: KnownCi = {
  isHere: (env) => isSet(env, 'CODEBUILD_BUILD_ID'),
  read: (env) =>
    runOf({
      name: 'AWS CodeBuild',
      // CODEBUILD_SOURCE_VERSION may be a branch, a tag or a pull request.
      commit: commitIn(
        env,
        'CODEBUILD_RESOLVED_SOURCE_VERSION',
        'CodeBuild sets it after DOWNLOAD_SOURCE, for a source that has commits.',
      ),
      // Of a pull request, an outsider may have named the branch.
      ref: isPullRequest(env) ? undefined : text(env, 'CODEBUILD_WEBHOOK_HEAD_REF'),
      event: text(env, 'CODEBUILD_WEBHOOK_EVENT'),
      jobUrl: text(env, 'CODEBUILD_BUILD_URL'),
      hints: shellHints('$CODEBUILD_RESOLVED_SOURCE_VERSION', { checkout: 'does the build have a source?' }),
    }),
};

function isPullRequest(env: NodeJS.ProcessEnv): boolean {
  const { CODEBUILD_WEBHOOK_EVENT: event = '', CODEBUILD_WEBHOOK_TRIGGER: trigger = '' } = env;
  return event.startsWith('PULL_REQUEST') || trigger.startsWith('pr/');
}
