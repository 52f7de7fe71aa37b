import { createHash } from 'node:crypto';
import { AssertImageError } from '../../base/errors.ts';
import type { GitHubClient } from './client.ts';

/**
 * Which comment is ours: one for each gate, which is a step of a job of a workflow file. Not for each image: its tag
 * may be another at every push.
 */
interface CommentKey {
  readonly workflow: string;
  readonly job: string;
  /** As JSON; each of its jobs is a gate of its own. */
  readonly matrix: string;
  readonly step: string;
}

/** Of which run a comment speaks; a later attempt of a run is newer. */
interface CommentRun {
  readonly number: number;
  readonly attempt: number;
}

/** What a comment should say. */
export interface WantedComment {
  readonly pullRequest: number;
  readonly key: CommentKey;
  readonly run: CommentRun;
  readonly markdown: string;
  /** If false, only an existing comment is updated. */
  readonly createIfAbsent: boolean;
}

export type CommentOutcome = 'created' | 'updated' | 'newer' | 'skipped';

interface Existing {
  readonly id: number;
  readonly body: string;
  readonly url: string;
  readonly author: string;
}

/** GitHub refuses 65,536 characters and more. */
export const MAX_COMMENT_CHARS = 60_000;
const PER_PAGE = 100;
/** A thousand comments; on a longer pull request the newest are what people see. */
const MAX_PAGES = 10;
const DEFAULT_AUTHOR = 'github-actions[bot]';
const WHAT = 'comment';
const PERMISSION = 'pull-requests: write';

/**
 * Keeps one pull request comment up to date. It is recognised by its marker at the very start and by its
 * author: anyone can write the marker, and a token that may write may edit other people's comments.
 */
export async function keepComment(
  client: GitHubClient,
  { pullRequest, key, run, markdown, createIfAbsent }: WantedComment,
): Promise<{ outcome: CommentOutcome; url: string }> {
  const repository = client.repository(WHAT);
  const marker = markerOf(key);
  const body = `${marker} ${run.number}.${run.attempt} -->\n${markdown}`;
  const existing = await findOwn(client, pullRequest, marker);
  if (existing === null) {
    if (!createIfAbsent) return { outcome: 'skipped', url: '' };
    const { data } = await client.request(WHAT, PERMISSION, (octokit) =>
      octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...repository,
        issue_number: pullRequest,
        body,
      }),
    );
    return { outcome: 'created', url: plainUrl(data.html_url) };
  }
  if (isNewer(runOf(existing.body, marker), run)) return { outcome: 'newer', url: existing.url };
  const { data } = await client.request(WHAT, PERMISSION, (octokit) =>
    octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...repository,
      comment_id: existing.id,
      body,
    }),
  );
  return { outcome: 'updated', url: plainUrl(data.html_url) };
}

/** It stands in an output: an address, and nothing that a shell acts on. */
function plainUrl(url: unknown): string {
  return typeof url === 'string' && /^https?:\/\/[A-Za-z0-9.:-]+\/[A-Za-z0-9._/#?=%-]*$/.test(url) ? url : '';
}

/** Without any text of an image: a hash cannot end the HTML comment that it stands in. */
function markerOf({ workflow, job, matrix, step }: CommentKey): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([workflow, job, matrix, step]))
    .digest('hex');
  return `<!-- assert-image:v1:${hash}`;
}

function runOf(body: string, marker: string): CommentRun {
  const match = /^ ([0-9]{1,12})\.([0-9]{1,6}) -->/.exec(body.slice(marker.length));
  return { number: Number(match?.[1] ?? 0), attempt: Number(match?.[2] ?? 0) };
}

function isNewer(theirs: CommentRun, ours: CommentRun): boolean {
  return theirs.number > ours.number || (theirs.number === ours.number && theirs.attempt > ours.attempt);
}

async function findOwn(client: GitHubClient, pullRequest: number, marker: string): Promise<Existing | null> {
  const candidates: Existing[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const parameters = { ...client.repository(WHAT), issue_number: pullRequest, per_page: PER_PAGE, page };
    const { data } = await client.request(WHAT, PERMISSION, (octokit) =>
      octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters),
    );
    for (const { id, body = '', html_url: url, user } of data) {
      if (body.startsWith(marker))
        candidates.push({ id: Number(id), body, url: plainUrl(url), author: user?.login ?? '' });
    }
    if (data.length < PER_PAGE) break;
  }
  if (candidates.length === 0) return null;
  const author = await viewer(client);
  // The oldest of ours, should two runs have created one each.
  return candidates.find((candidate) => candidate.author === author) ?? null;
}

/** Who we are to GitHub. A token that may not ask is the workflow's own. */
async function viewer(client: GitHubClient): Promise<string> {
  try {
    const { viewer: who } = await client.request(WHAT, PERMISSION, (octokit) =>
      octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }'),
    );
    return who.login;
  } catch (error) {
    // A transient error does not tell us our login. Guessing could create a second comment.
    if (!(error instanceof AssertImageError) || error.code !== 'denied') throw error;
    return DEFAULT_AUTHOR;
  }
}
