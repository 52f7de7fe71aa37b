/** docs.gitlab.com/ci/variables/predefined_variables */
import type { RegistryLogin, Run } from '../inputs/run.ts';
import { parseRegistryHost } from '../reference/host.ts';
import type { KnownCi } from './known-ci.ts';
import { commitIn, runOf, shellHints } from './reading.ts';
import { numberIn, refOf, text } from './variables.ts';

export const GITLAB: KnownCi = {
  // gitlab-ci-local, which runs a pipeline on a laptop, says false.
  isHere: (env) => env['GITLAB_CI'] === 'true',
  read: (env) =>
    runOf({
      name: 'GitLab CI',
      // Of a merged results pipeline: the merge commit, which is also what is checked out.
      commit: commitIn(env, 'CI_COMMIT_SHA', 'GitLab sets it in every job.'),
      ref:
        refOf({ branch: text(env, 'CI_COMMIT_BRANCH'), tag: text(env, 'CI_COMMIT_TAG') }) ??
        text(env, 'CI_MERGE_REQUEST_REF_PATH'),
      // Never CI_REPOSITORY_URL: it holds the job's token.
      repository: text(env, 'CI_PROJECT_PATH'),
      event: text(env, 'CI_PIPELINE_SOURCE'),
      pullRequest: mergeRequestOf(env),
      jobUrl: text(env, 'CI_JOB_URL'),
      registryLogin: registryLoginOf(env),
      hints: shellHints('$CI_COMMIT_SHA', {
        checkout: 'is GIT_STRATEGY none in this job?',
        'lower case': 'GitLab paths may have capitals, image names not: $CI_REGISTRY_IMAGE is the lower-case form.',
        'pull request head': '"$CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"',
      }),
    }),
};

/** The head is set for merged results only: other pipelines of a merge request are about the head itself. */
function mergeRequestOf(env: NodeJS.ProcessEnv): Run['pullRequest'] {
  const number = numberIn(env, 'CI_MERGE_REQUEST_IID');
  return number === undefined ? undefined : { number, head: text(env, 'CI_MERGE_REQUEST_SOURCE_BRANCH_SHA') };
}

/** GitLab's own registry takes the job's token, and its token service is GitLab itself. */
function registryLoginOf(env: NodeJS.ProcessEnv): RegistryLogin | undefined {
  const { CI_REGISTRY: registry, CI_REGISTRY_USER: username, CI_REGISTRY_PASSWORD: password } = env;
  if (!registry || !username || !password) return undefined;
  try {
    const from = 'CI_REGISTRY_USER and CI_REGISTRY_PASSWORD';
    return { registry: parseRegistryHost(registry), username, password, authHost: hostIn(env['CI_SERVER_FQDN']), from };
  } catch {
    return undefined; // No reference can name such a registry.
  }
}

/** As a URL has it: without the default port. */
function hostIn(text = ''): string | null {
  return /^[A-Za-z0-9.:[\]-]+$/.test(text) && URL.canParse(`https://${text}`) ? new URL(`https://${text}`).host : null;
}
