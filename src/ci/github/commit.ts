import { AssertImageError } from '../../base/errors.ts';
import { payloadText, type RunEvent } from './event.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';

/** Events whose `GITHUB_SHA` is what the run builds. On `pull_request` it is the merge commit. */
const OWN_SHA = new Set([
  'push',
  'pull_request',
  'merge_group',
  'release',
  'deployment',
  'deployment_status',
  'workflow_dispatch',
  'schedule',
]);

/**
 * The commit that `revision: auto` stands for. Events whose `GITHUB_SHA` is some other branch's
 * head get an error, never a guess (docs.github.com, events that trigger workflows).
 *
 * @throws AssertImageError `input`
 */
export function commitOfEvent(event: RunEvent): string {
  if (event.name === 'push' && event.payload['deleted'] === true) {
    throw new AssertImageError('input', 'the event "push" deleted a branch or tag, and does not name a commit of it.', {
      hint: 'Give the full commit ID as revision, or leave out this step: if: ${{ !github.event.deleted }}.',
    });
  }
  const commit = OWN_SHA.has(event.name)
    ? event.sha
    : event.name === 'workflow_run'
      ? commitOfWorkflowRun(event)
      : null;
  if (commit === null) {
    throw new AssertImageError(
      'input',
      `the event ${JSON.stringify(event.name)} does not determine the commit to expect.`,
      {
        hint: 'Give the full commit ID as revision, or set revision to any.',
      },
    );
  }
  if (!isCommitId(commit) || /^0+$/.test(commit)) {
    throw new AssertImageError(
      'input',
      `the event ${JSON.stringify(event.name)} does not name a commit (${JSON.stringify(commit)}).`,
      {
        hint: 'Give the full commit ID as revision, or set revision to any.',
      },
    );
  }
  return commit.toLowerCase();
}

/** Only for runs of this repository that are not for a pull request. Otherwise an outsider chooses the commit. */
function commitOfWorkflowRun(event: RunEvent): string | null {
  const cause = payloadText(event, 'workflow_run', 'event');
  const head = payloadText(event, 'workflow_run', 'head_repository', 'full_name');
  if (cause === undefined || cause.startsWith('pull_request') || head === undefined) return null;
  if (head.toLowerCase() !== event.repository.toLowerCase()) return null;
  return payloadText(event, 'workflow_run', 'head_sha') ?? '';
}
