/** learn.microsoft.com/azure/devops/pipelines/build/variables */
import type { AssertImageError } from '../base/errors.ts';
import type { KnownCi } from './known-ci.ts';
import { commitIn, noCommit, runOf, shellHints } from './reading.ts';
import { isSet, numberIn, text } from './variables.ts';

/** The run was begun by another pipeline or resource, and the commit is the newest of a branch, which may be another one. */
const CAUSED_ELSEWHERE = new Set(['ResourceTrigger', 'BuildCompletion']);

export const AZURE: KnownCi = {
  isHere: (env) => isSet(env, 'TF_BUILD'),
  read: (env) =>
    runOf({
      name: 'Azure Pipelines',
      commit: commitOf(env),
      ref: text(env, 'BUILD_SOURCEBRANCH'),
      repository: text(env, 'BUILD_REPOSITORY_NAME'),
      event: text(env, 'BUILD_REASON'),
      // The commit is the merge commit.
      pullRequest:
        env['BUILD_REASON'] === 'PullRequest'
          ? {
              number:
                numberIn(env, 'SYSTEM_PULLREQUEST_PULLREQUESTNUMBER') ??
                numberIn(env, 'SYSTEM_PULLREQUEST_PULLREQUESTID'),
              head: text(env, 'SYSTEM_PULLREQUEST_SOURCECOMMITID'),
            }
          : undefined,
      jobUrl: runUrl(env),
      hints: shellHints('$BUILD_SOURCEVERSION', {
        checkout: 'has "checkout: self" run in this job?',
        'pull request head': '"$(System.PullRequest.SourceCommitId)"',
      }),
    }),
};

function commitOf(env: NodeJS.ProcessEnv): string | AssertImageError {
  const reason = env['BUILD_REASON'] ?? '';
  return CAUSED_ELSEWHERE.has(reason)
    ? noCommit(`BUILD_REASON is ${reason}, so that BUILD_SOURCEVERSION is not the commit of what began this run.`)
    : commitIn(env, 'BUILD_SOURCEVERSION', 'Azure Pipelines sets it in every job that has a repository.');
}

function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { SYSTEM_COLLECTIONURI: server, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id } = env;
  return server && project && id ? `${server}${encodeURIComponent(project)}/_build/results?buildId=${id}` : undefined;
}
