import type { Words } from '../../base/words.ts';
import type { RunFacts } from '../../inputs/run-facts.ts';
import { commitOfEvent } from './commit.ts';
import { payloadText, type RunEvent } from './event.ts';
import { GITHUB_WORDS } from './words.ts';

/** What the core is told of a workflow run. */
export function factsOf(event: RunEvent, env: NodeJS.ProcessEnv, words: Words = GITHUB_WORDS): RunFacts {
  const { name, sha, ref, repository } = event;
  return {
    sha,
    ref,
    repository,
    repositoryId: env['GITHUB_REPOSITORY_ID'] ?? '',
    server: env['GITHUB_ACTIONS'] === 'true' ? (env['GITHUB_SERVER_URL'] ?? '') : '',
    eventName: name,
    pullRequestHead: payloadText(event, 'pull_request', 'head', 'sha'),
    commit: () => commitOfEvent(event),
    words,
    workspace: env['GITHUB_WORKSPACE'] || process.cwd(),
  };
}
