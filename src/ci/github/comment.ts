import { formatError, toAssertImageError } from '../../base/errors.ts';
import type { Verdict } from '../../gate/verdict.ts';
import { formatComment } from '../../report/markdown/summary.ts';
import type { Occasion } from '../../report/occasion.ts';
import type { Asked } from '../ci.ts';
import { clientOf } from './client.ts';
import { type CommentOutcome, keepComment, MAX_COMMENT_CHARS } from './comments.ts';
import type { Delivery } from './delivery.ts';
import { pullRequestOf } from './pull-request.ts';

/** Keeps the pull request comment up to date and returns its address. A failure is a warning; the verdict stands. */
export async function writeComment(
  verdict: Verdict,
  occasion: Occasion,
  delivery: Delivery & { asked: Asked },
): Promise<string> {
  const { asked, event, env, log } = delivery;
  const { settings } = asked;
  const pullRequest = pullRequestOf(event);
  if (pullRequest === null) {
    log.annotate(
      'notice',
      'assert-image',
      `comment: the event ${event.name || 'of this run'} is not about a pull request, so none was written.`,
    );
    return '';
  }
  const key = {
    workflow: workflowFile(env),
    job: env['GITHUB_JOB'] ?? '',
    matrix: settings.matrix,
    step: env['GITHUB_ACTION'] ?? '',
  };
  const run = { number: Number(env['GITHUB_RUN_NUMBER'] ?? 0), attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 0) };
  const isWanted = settings.comment === 'always' || verdict.result !== 'pass';
  try {
    const markdown = formatComment(verdict, occasion, MAX_COMMENT_CHARS);
    const { outcome, url } = await keepComment(clientOf(asked, env, log), {
      pullRequest,
      key,
      run,
      markdown,
      createIfAbsent: isWanted,
    });
    log.line(`comment: ${OUTCOMES[outcome]}${url === '' ? '' : ` ${url}`}`);
    return url;
  } catch (error) {
    log.annotate('warning', 'assert-image', formatError(toAssertImageError(error)));
    return '';
  }
}

/** `owner/name/.github/workflows/deploy.yml@refs/heads/main`: the file is the same on every branch, its name may not be. */
function workflowFile(env: NodeJS.ProcessEnv): string {
  const ref = env['GITHUB_WORKFLOW_REF'] ?? '';
  // A file's name may hold an "@", too.
  return /^.+?(?=@refs\/)|^.+\.ya?ml(?=@)/.exec(ref)?.[0] ?? (ref || (env['GITHUB_WORKFLOW'] ?? ''));
}

const OUTCOMES: Readonly<Record<CommentOutcome, string>> = {
  created: 'created',
  updated: 'updated',
  newer: 'it speaks of a newer run, not overwritten',
  skipped: 'nothing has failed, none written',
};
