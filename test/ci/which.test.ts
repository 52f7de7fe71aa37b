/** Each CI as its documentation says: what a push, a pull request, a tag and a scheduled run are about, or why it cannot be told. */
import { describe, expect, test } from 'vitest';
import { AssertImageError, formatError } from '../../src/base/errors.ts';
import { whichRun } from '../../src/ci/which.ts';

const SHA = 'c0ffee0123456789abcdef0123456789abcdef01';
const HEAD = 'decade0123456789abcdef0123456789abcdef02';
const LONG = `${SHA}${'0'.repeat(24)}`;
type Env = Record<string, string>;

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SHA: SHA,
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'acme/app',
};
const GITLAB = { CI: 'true', GITLAB_CI: 'true', CI_COMMIT_SHA: SHA, CI_PROJECT_PATH: 'acme/app' };
const JENKINS = { JENKINS_URL: 'https://jenkins.example/', GIT_COMMIT: SHA };
const CIRCLE = {
  CI: 'true',
  CIRCLECI: 'true',
  CIRCLE_SHA1: SHA,
  CIRCLE_PROJECT_USERNAME: 'acme',
  CIRCLE_PROJECT_REPONAME: 'app',
};
const AZURE = { TF_BUILD: 'True', BUILD_SOURCEVERSION: SHA, BUILD_REPOSITORY_NAME: 'acme/app' };
const BUILDKITE = {
  CI: 'true',
  BUILDKITE: 'true',
  BUILDKITE_COMMIT: SHA,
  BUILDKITE_PULL_REQUEST: 'false',
  BUILDKITE_BRANCH: 'main',
};
const BITBUCKET = {
  CI: 'true',
  BITBUCKET_BUILD_NUMBER: '7',
  BITBUCKET_COMMIT: SHA,
  BITBUCKET_REPO_FULL_NAME: 'acme/app',
};
const TRAVIS = {
  CI: 'true',
  TRAVIS: 'true',
  TRAVIS_COMMIT: SHA,
  TRAVIS_REPO_SLUG: 'acme/app',
  TRAVIS_PULL_REQUEST: 'false',
};
const TEAMCITY = { TEAMCITY_VERSION: '2026.1', BUILD_VCS_NUMBER: SHA };
const DRONE = { CI: 'true', DRONE: 'true', DRONE_COMMIT_SHA: SHA, DRONE_REPO: 'acme/app' };
const WOODPECKER = { CI: 'woodpecker', CI_COMMIT_SHA: SHA, CI_REPO: 'acme/app' };
const CODEBUILD = { CODEBUILD_BUILD_ID: 'app:1', CODEBUILD_RESOLVED_SOURCE_VERSION: SHA };
const FORGEJO = { ...GITHUB, FORGEJO_ACTIONS: 'true' };
const GITEA = { ...GITHUB, GITEA_ACTIONS: 'true' };

/** Name, environment, and what is read of it besides the commit. */
const TOLD: [string, Env, object][] = [
  [
    'GitHub Actions, push',
    { ...GITHUB, GITHUB_EVENT_NAME: 'push' },
    { ref: 'refs/heads/main', repository: 'acme/app', event: 'push' },
  ],
  [
    'GitHub Actions, pull request',
    { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' },
    { ref: 'refs/pull/7/merge' },
  ],
  [
    'GitHub Actions, tag',
    { ...GITHUB, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1' },
    { ref: 'refs/tags/v1' },
  ],
  ['GitHub Actions, schedule', { ...GITHUB, GITHUB_EVENT_NAME: 'schedule' }, { event: 'schedule' }],
  ['Forgejo Actions, push', { ...FORGEJO, GITHUB_EVENT_NAME: 'push' }, { ref: 'refs/heads/main', origin: undefined }],
  ['Gitea Actions, push', { ...GITEA, GITHUB_EVENT_NAME: 'push' }, { ref: 'refs/heads/main', origin: undefined }],
  ['Gitea Actions, schedule', { ...GITEA, GITHUB_EVENT_NAME: 'schedule' }, { event: 'schedule' }],
  [
    'GitLab CI, push',
    { ...GITLAB, CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' },
    { ref: 'refs/heads/main', event: 'push', repository: 'acme/app' },
  ],
  [
    'GitLab CI, merge request',
    {
      ...GITLAB,
      CI_MERGE_REQUEST_IID: '12',
      CI_MERGE_REQUEST_ID: '9999',
      CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/12/head',
    },
    { ref: 'refs/merge-requests/12/head', pullRequest: { number: '12', head: undefined } },
  ],
  [
    'GitLab CI, merged results',
    { ...GITLAB, CI_MERGE_REQUEST_IID: '12', CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: HEAD },
    { pullRequest: { number: '12', head: HEAD } },
  ],
  ['GitLab CI, tag', { ...GITLAB, CI_COMMIT_TAG: 'v1' }, { ref: 'refs/tags/v1' }],
  [
    'GitLab CI, schedule',
    { ...GITLAB, CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'schedule' },
    { event: 'schedule' },
  ],
  [
    'Jenkins, branch',
    { ...JENKINS, BRANCH_NAME: 'main', BUILD_URL: 'https://jenkins.example/job/1' },
    { ref: 'refs/heads/main', jobUrl: 'https://jenkins.example/job/1' },
  ],
  [
    'Jenkins, pull request',
    { ...JENKINS, BRANCH_NAME: 'PR-7', CHANGE_ID: '7' },
    { ref: undefined, pullRequest: { number: '7', note: expect.stringContaining('merges a pull request') as string } },
  ],
  ['Jenkins, tag', { ...JENKINS, BRANCH_NAME: 'v1', TAG_NAME: 'v1' }, { ref: 'refs/tags/v1' }],
  ['CircleCI, push', { ...CIRCLE, CIRCLE_BRANCH: 'main' }, { ref: 'refs/heads/main', repository: 'acme/app' }],
  [
    'CircleCI, pull request',
    { ...CIRCLE, CIRCLE_BRANCH: 'fix', CIRCLE_PULL_REQUEST: 'https://github.com/acme/app/pull/7' },
    { pullRequest: { number: '7' } },
  ],
  ['CircleCI, tag', { ...CIRCLE, CIRCLE_TAG: 'v1' }, { ref: 'refs/tags/v1' }],
  [
    'Azure Pipelines, push',
    { ...AZURE, BUILD_REASON: 'IndividualCI', BUILD_SOURCEBRANCH: 'refs/heads/main' },
    { ref: 'refs/heads/main', event: 'IndividualCI' },
  ],
  [
    'Azure Pipelines, pull request',
    {
      ...AZURE,
      BUILD_REASON: 'PullRequest',
      SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: '7',
      SYSTEM_PULLREQUEST_SOURCECOMMITID: HEAD,
    },
    { pullRequest: { number: '7', head: HEAD } },
  ],
  ['Azure Pipelines, tag', { ...AZURE, BUILD_SOURCEBRANCH: 'refs/tags/v1' }, { ref: 'refs/tags/v1' }],
  ['Azure Pipelines, schedule', { ...AZURE, BUILD_REASON: 'Schedule' }, { event: 'Schedule' }],
  ['Buildkite, push', BUILDKITE, { ref: 'refs/heads/main', pullRequest: undefined }],
  ['Buildkite, pull request', { ...BUILDKITE, BUILDKITE_PULL_REQUEST: '7' }, { pullRequest: { number: '7' } }],
  ['Buildkite, tag', { ...BUILDKITE, BUILDKITE_TAG: 'v1' }, { ref: 'refs/tags/v1' }],
  ['Buildkite, schedule', { ...BUILDKITE, BUILDKITE_SOURCE: 'schedule' }, { event: 'schedule' }],
  [
    'Bitbucket Pipelines, push',
    { ...BITBUCKET, BITBUCKET_BRANCH: 'main' },
    { ref: 'refs/heads/main', repository: 'acme/app' },
  ],
  [
    'Bitbucket Pipelines, pull request',
    { ...BITBUCKET, BITBUCKET_PR_ID: '7' },
    { pullRequest: { number: '7', note: expect.stringContaining('merged into its destination') as string } },
  ],
  ['Bitbucket Pipelines, tag', { ...BITBUCKET, BITBUCKET_TAG: 'v1' }, { ref: 'refs/tags/v1' }],
  [
    'Travis CI, push',
    { ...TRAVIS, TRAVIS_BRANCH: 'main', TRAVIS_EVENT_TYPE: 'push' },
    { ref: 'refs/heads/main', event: 'push' },
  ],
  [
    'Travis CI, pull request',
    { ...TRAVIS, TRAVIS_PULL_REQUEST: '7', TRAVIS_BRANCH: 'main', TRAVIS_PULL_REQUEST_SHA: HEAD },
    { ref: undefined, pullRequest: { number: '7', head: HEAD } },
  ],
  ['Travis CI, tag', { ...TRAVIS, TRAVIS_BRANCH: 'v1', TRAVIS_TAG: 'v1' }, { ref: 'refs/tags/v1' }],
  ['Travis CI, schedule', { ...TRAVIS, TRAVIS_EVENT_TYPE: 'cron' }, { event: 'cron' }],
  ['TeamCity, one root', TEAMCITY, {}],
  [
    'Drone, push',
    { ...DRONE, DRONE_COMMIT_REF: 'refs/heads/main', DRONE_BUILD_EVENT: 'push' },
    { ref: 'refs/heads/main', event: 'push', repository: 'acme/app' },
  ],
  ['Drone, pull request', { ...DRONE, DRONE_PULL_REQUEST: '7' }, { pullRequest: { number: '7' } }],
  ['Drone, tag', { ...DRONE, DRONE_COMMIT_REF: 'refs/tags/v1' }, { ref: 'refs/tags/v1' }],
  ['Drone, schedule', { ...DRONE, DRONE_BUILD_EVENT: 'cron' }, { event: 'cron' }],
  [
    'Woodpecker, push',
    { ...WOODPECKER, CI_COMMIT_REF: 'refs/heads/main', CI_PIPELINE_EVENT: 'push' },
    { ref: 'refs/heads/main', event: 'push', repository: 'acme/app' },
  ],
  ['Woodpecker, pull request', { ...WOODPECKER, CI_COMMIT_PULL_REQUEST: '7' }, { pullRequest: { number: '7' } }],
  ['Woodpecker, tag', { ...WOODPECKER, CI_COMMIT_REF: 'refs/tags/v1' }, { ref: 'refs/tags/v1' }],
  [
    'AWS CodeBuild, webhook',
    { ...CODEBUILD, CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main', CODEBUILD_WEBHOOK_EVENT: 'PUSH' },
    { ref: 'refs/heads/main', event: 'PUSH' },
  ],
];

test.each(TOLD)('%s', (title, env, read) => {
  const run = whichRun(env);
  expect(`${run.name}, ${title.split(', ').at(-1)}`).toBe(title);
  expect(run.commit).toBe(SHA);
  expect(run).toMatchObject(read);
});

/** What cannot be told is an error with its reason: nothing is guessed. */
const UNTOLD: [string, Env, string][] = [
  ['no CI at all', {}, 'no CI is recognised here. Give the commit: --revision "$(git rev-parse HEAD)".'],
  [
    'a container in a CI',
    { CI: 'true' },
    'no CI is recognised here. Give the commit: --revision "$(git rev-parse HEAD)".',
  ],
  ['Cloud Build', { BUILDER_OUTPUT: '/builder/outputs', COMMIT_SHA: SHA }, 'no CI is recognised here.'],
  ['gitlab-ci-local', { GITLAB_CI: 'false', CI_COMMIT_SHA: SHA }, 'no CI is recognised here.'],
  [
    'variables that say that it is another CI',
    { CIRCLECI: 'false', BUILDKITE: '', TRAVIS: '0', CIRCLE_SHA1: SHA },
    'no CI is recognised here.',
  ],
  [
    'Buildkite, begun by hand',
    { ...BUILDKITE, BUILDKITE_COMMIT: 'HEAD' },
    'BUILDKITE_COMMIT is "HEAD", not a commit. Give --revision "$(git rev-parse HEAD)".',
  ],
  [
    'Buildkite, a merge',
    { ...BUILDKITE, BUILDKITE_PULL_REQUEST_USING_MERGE_REFSPEC: 'true' },
    'BUILDKITE_PULL_REQUEST_USING_MERGE_REFSPEC is true',
  ],
  [
    'Azure Pipelines, begun by a resource',
    { ...AZURE, BUILD_REASON: 'ResourceTrigger' },
    'BUILD_REASON is ResourceTrigger',
  ],
  [
    'Azure Pipelines, begun by a build',
    { ...AZURE, BUILD_REASON: 'BuildCompletion' },
    'BUILD_REASON is BuildCompletion',
  ],
  ['Azure Pipelines, no repository', { TF_BUILD: 'True' }, 'BUILD_SOURCEVERSION is not set.'],
  [
    'Azure Pipelines, a version of Team Foundation',
    { ...AZURE, BUILD_SOURCEVERSION: '1234' },
    'BUILD_SOURCEVERSION is "1234", not a commit.',
  ],
  [
    'Jenkins, before its checkout',
    { JENKINS_URL: 'https://jenkins.example/' },
    'GIT_COMMIT is not set. Jenkins sets it where "checkout scm" has run before',
  ],
  [
    'TeamCity, several roots',
    { TEAMCITY_VERSION: '2026.1', BUILD_VCS_NUMBER_app: SHA },
    'BUILD_VCS_NUMBER is not set. TeamCity sets it where the build has one VCS root',
  ],
  [
    'CodeBuild, before DOWNLOAD_SOURCE',
    { CODEBUILD_BUILD_ID: 'app:1' },
    'CODEBUILD_RESOLVED_SOURCE_VERSION is not set. CodeBuild sets it after DOWNLOAD_SOURCE',
  ],
  [
    'CodeBuild, a version of a bucket',
    { ...CODEBUILD, CODEBUILD_RESOLVED_SOURCE_VERSION: 'x'.repeat(32) },
    'not a commit.',
  ],
  [
    'GitLab CI, an abbreviation',
    { ...GITLAB, CI_COMMIT_SHA: SHA.slice(0, 8) },
    'CI_COMMIT_SHA is "c0ffee01", not a commit.',
  ],
  [
    'GitLab CI, a branch that was deleted',
    { ...GITLAB, CI_COMMIT_SHA: '0'.repeat(40) },
    'CI_COMMIT_SHA is all zeros, not a commit.',
  ],
  ['CircleCI, nothing', { CIRCLECI: 'true' }, 'CIRCLE_SHA1 is not set.'],
  ['Bitbucket, nothing', { BITBUCKET_BUILD_NUMBER: '7' }, 'BITBUCKET_COMMIT is not set.'],
  ['Travis CI, a branch', { ...TRAVIS, TRAVIS_COMMIT: 'main' }, 'TRAVIS_COMMIT is "main", not a commit.'],
  ['Drone, nothing', { DRONE: 'true' }, 'DRONE_COMMIT_SHA is not set.'],
  ['Woodpecker, nothing', { CI: 'woodpecker' }, 'CI_COMMIT_SHA is not set.'],
  [
    'Forgejo Actions, pull_request_target',
    { ...FORGEJO, GITHUB_EVENT_NAME: 'pull_request_target' },
    'the event "pull_request_target" does not determine the commit',
  ],
  [
    'GitHub Actions, issue_comment',
    { ...GITHUB, GITHUB_EVENT_NAME: 'issue_comment' },
    'the event "issue_comment" does not determine the commit',
  ],
  [
    'a text that a log would act on',
    { ...GITLAB, CI_COMMIT_SHA: '::error::\u202e' },
    'CI_COMMIT_SHA is "::error::\\u{202e}", not a commit.',
  ],
];

test.each(UNTOLD)('%s: an error', (_, env, text) => {
  const { commit } = whichRun(env);
  expect(commit).toBeInstanceOf(AssertImageError);
  expect(formatError(commit as AssertImageError)).toContain(text);
});

describe('commits', () => {
  test('of SHA-256 and in capitals', () => {
    expect(whichRun({ ...GITLAB, CI_COMMIT_SHA: LONG.toUpperCase() }).commit).toBe(LONG);
  });
  test('nothing else is read in their place', () => {
    const others = { GIT_COMMIT: HEAD, CI_COMMIT_SHA: HEAD, BUILD_SOURCEVERSION: HEAD, GITHUB_SHA: HEAD };
    expect(whichRun({ ...others, CIRCLECI: 'true' }).commit).toBeInstanceOf(AssertImageError);
  });
});

describe('of several, the first of the table', () => {
  const rows: [string, Env, string][] = [
    ['Forgejo before GitHub', { ...GITLAB, ...FORGEJO }, 'Forgejo Actions'],
    ['Gitea before GitHub', GITEA, 'Gitea Actions'],
    ['GitHub before GitLab', { ...GITLAB, ...GITHUB }, 'GitHub Actions'],
    ['GitLab before Jenkins', { ...JENKINS, ...GITLAB }, 'GitLab CI'],
    ['Jenkins before Azure', { ...AZURE, ...JENKINS }, 'Jenkins'],
  ];
  test.each(rows)('%s', (_, env, name) => expect(whichRun(env).name).toBe(name));
});

describe('what is given for the own registry', () => {
  const LOGIN = {
    CI_REGISTRY_USER: 'gitlab-ci-token',
    CI_REGISTRY_PASSWORD: 'glcbt-0123456789',
    CI_SERVER_FQDN: 'GitLab.example.com:443',
  };
  test('on GitLab, with its token service', () => {
    expect(whichRun({ ...GITLAB, ...LOGIN, CI_REGISTRY: 'Registry.Example.com' }).registryLogin).toMatchObject({
      registry: 'registry.example.com',
      username: 'gitlab-ci-token',
      authHost: 'gitlab.example.com',
    });
  });
  test.each([
    ['another CI', { ...CIRCLE, ...LOGIN, CI_REGISTRY: 'registry.example.com' }],
    ['no registry', { ...GITLAB, ...LOGIN }],
    ['a registry that no reference can name', { ...GITLAB, ...LOGIN, CI_REGISTRY: 'https://registry.example.com' }],
    ['no password', { ...GITLAB, CI_REGISTRY: 'registry.example.com', CI_REGISTRY_USER: 'me' }],
  ])('not for %s', (_, env) => expect(whichRun(env).registryLogin).toBeUndefined());
  test.each(['gitlab.example.com/path', 'user@gitlab.example.com', ''])('no token service %s', (host) => {
    const env = { ...GITLAB, ...LOGIN, CI_REGISTRY: 'registry.example.com', CI_SERVER_FQDN: host };
    expect(whichRun(env).registryLogin?.authHost).toBeNull();
  });
});

test.each([
  ['Buildkite', { ...BUILDKITE, BUILDKITE_PULL_REQUEST: '7' }],
  ['CircleCI', { ...CIRCLE, CIRCLE_BRANCH: 'main', CIRCLE_PULL_REQUEST: 'https://github.com/acme/app/pull/7' }],
  ['CircleCI, of somebody', { ...CIRCLE, CIRCLE_BRANCH: 'main', CIRCLE_PR_USERNAME: 'evil' }],
  ['CircleCI, of a fork', { ...CIRCLE, CIRCLE_BRANCH: 'main', CIRCLE_PR_NUMBER: '7' }],
  ['Bitbucket', { ...BITBUCKET, BITBUCKET_BRANCH: 'main', BITBUCKET_PR_ID: '7' }],
  [
    'CodeBuild',
    { ...CODEBUILD, CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main', CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_CREATED' },
  ],
  [
    'CodeBuild, by its trigger',
    { ...CODEBUILD, CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/main', CODEBUILD_WEBHOOK_TRIGGER: 'pr/7' },
  ],
])('%s: a branch that an outsider has named is no ref of this run', (_, env) => {
  expect(whichRun(env)).toMatchObject({ commit: SHA, ref: undefined });
});

test('no file of a CI reads an address that may hold a password', () => {
  const secret = {
    CI_REPOSITORY_URL: 'https://gitlab-ci-token:SECRET@gitlab.example.com/acme/app.git',
    GIT_URL: 'https://me:SECRET@example.com/a.git',
    BUILDKITE_REPO: 'https://me:SECRET@example.com/a.git',
  };
  for (const [, env] of TOLD) expect(JSON.stringify(whichRun({ ...env, ...secret }))).not.toContain('SECRET');
});
