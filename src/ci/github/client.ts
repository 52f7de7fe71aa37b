import type { getOctokit } from '@actions/github';
import { AssertImageError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Asked } from '../ci.ts';
import { makeFetch } from './fetch.ts';
import { pauseOf } from './rate-limit.ts';
import type { Network } from '../../net/network.ts';

export interface GitHubOptions {
  readonly token: string;
  /** `GITHUB_API_URL`: GitHub Enterprise has its own. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly network: Network;
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
  /** Where Octokit's own words go: it writes what headers say to standard error, where the runner reads commands. */
  readonly debug: (text: string) => void;
}

/** A client for the repository of this run, with the token that was given. */
export function clientOf({ settings, network, signal }: Asked, env: NodeJS.ProcessEnv, log: Log): GitHubClient {
  return new GitHubClient({
    token: settings.registry.githubToken,
    apiUrl: env['GITHUB_API_URL'] || 'https://api.github.com',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    network,
    signal,
    debug: (text) => log.debug(text),
  });
}

export type Octokit = ReturnType<typeof getOctokit>;

/** The only client of GitHub's API, created on first use. `what` names the feature, for errors. */
export class GitHubClient {
  readonly #options: GitHubOptions;
  #octokit: Promise<Octokit> | undefined;

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /** Owner and name of this repository. @throws AssertImageError `input` */
  repository(what: string): { owner: string; repo: string } {
    const [owner, repo] = this.#options.repository.split('/');
    if (owner && repo) return { owner, repo };
    throw new AssertImageError('input', `${what}: GITHUB_REPOSITORY does not name a repository.`, {
      hint: 'By hand, set it to owner/name, and give github-token.',
    });
  }

  /**
   * Calls `send` and translates its errors.
   *
   * @throws AssertImageError `input`, `rate-limited`, `denied`, `missing` (404) or `unavailable`
   */
  async request<T>(what: string, permission: string, send: (octokit: Octokit) => Promise<T>): Promise<T> {
    this.#octokit ??= this.#open(what);
    try {
      return await send(await this.#octokit);
    } catch (error) {
      throw error instanceof AssertImageError ? error : toGitHubError(error, what, permission);
    }
  }

  async #open(what: string): Promise<Octokit> {
    const { token, apiUrl, network, signal, debug } = this.#options;
    if (token === '') {
      throw new AssertImageError('input', `github-token is empty, and ${what} has to ask GitHub.`, {
        hint: 'Leave github-token at its default, or give a token of this repository.',
      });
    }
    const { getOctokit: open } = await import('@actions/github');
    const fetch = makeFetch(new URL(apiUrl), network, signal) as unknown as typeof globalThis.fetch;
    const log = { debug, info: debug, warn: debug, error: debug };
    return open(token, { baseUrl: apiUrl, request: { fetch, log }, log, userAgent: network.userAgent });
  }
}

function toGitHubError(error: unknown, what: string, permission: string): AssertImageError {
  const { status, name, response } = error as {
    status?: number;
    name?: string;
    response?: { headers?: Record<string, string>; data?: { message?: unknown } };
  };
  const { headers = {}, data } = response ?? {};
  const words = typeof data?.message === 'string' ? data.message : '';
  const retryAfterMs = pauseOf((header) => headers[header], words);
  if (status === 429 || (status === 403 && retryAfterMs !== undefined)) {
    const message = `${what}: GitHub limits the rate of requests with this token.`;
    return new AssertImageError('rate-limited', message, { retryAfterMs });
  }
  if (status === 404 || status === 422)
    return new AssertImageError('missing', `${what}: GitHub does not know that (HTTP ${status}).`);
  if (status === 401 || status === 403) {
    return new AssertImageError('denied', `${what}: GitHub denies it to this token (HTTP ${status}).`, {
      hint: `The job needs "permissions: ${permission}". A pull request from a fork has a token that may only read.`,
    });
  }
  // Octokit reports 500 when there was no answer at all.
  const seen = status ? `HTTP ${status}` : (name ?? 'unknown');
  return new AssertImageError('unavailable', `${what}: GitHub could not be asked (${seen}).`);
}
