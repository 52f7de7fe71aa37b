import type { AssertImageError } from '../../base/errors.ts';
import { toAssertImageError } from '../../base/errors.ts';
import type { Run } from '../../inputs/run.ts';
import { commitOfEvent } from './commit.ts';
import { payloadText, type RunEvent } from './event.ts';
import { GITHUB_HINTS } from './hints.ts';

/** A run of a workflow. (docs.github.com/actions/reference/workflows-and-actions/variables) */
export function gitHubRun(event: RunEvent, env: NodeJS.ProcessEnv): Run {
  const { name, sha, ref, repository } = event;
  const head = payloadText(event, 'pull_request', 'head', 'sha');
  return {
    name: 'GitHub Actions',
    commit: commitOf(event),
    ref: ref || undefined,
    repository: repository || undefined,
    event: name || undefined,
    pullRequest: head === undefined ? undefined : { head },
    jobUrl: runUrl(env),
    origin: {
      server: env['GITHUB_ACTIONS'] === 'true' ? (env['GITHUB_SERVER_URL'] ?? '') : '',
      repositoryId: env['GITHUB_REPOSITORY_ID'] ?? '',
    },
    github: { sha, ref, repository, event_name: name },
    lacks: [],
    hints: GITHUB_HINTS,
    workspace: env['GITHUB_WORKSPACE'] || process.cwd(),
  };
}

function commitOf(event: RunEvent): string | AssertImageError {
  try {
    return commitOfEvent(event);
  } catch (error) {
    return toAssertImageError(error);
  }
}

function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}
