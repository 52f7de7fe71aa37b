import { fetch as undiciFetch } from 'undici';
import { AssertImageError } from '../errors.ts';
import type { Network } from '../source/registry/network.ts';
import { makeDispatcher } from '../source/registry/dispatcher.ts';

/** How one commit stands to another, in the words of GitHub's compare API. */
export type Ancestry =
  | {
      readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
      readonly aheadBy: number;
      readonly behindBy: number;
    }
  /** The repository does not have one of the two, or does not show it. */
  | { readonly status: 'unknown' };

const STATUSES: ReadonlySet<string> = new Set(['identical', 'ahead', 'behind', 'diverged']);

export interface GitHubOptions {
  readonly token: string;
  /** `GITHUB_API_URL`: GitHub Enterprise has its own. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly network: Network;
}

/** The one client of GitHub's API; loaded at its first use. */
export class GitHub {
  readonly #options: GitHubOptions;
  readonly #answers = new Map<string, Promise<Ancestry>>();

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /** Where `head` stands as seen from `base`: `ahead` means that it descends from it. */
  compare(base: string, head: string): Promise<Ancestry> {
    const key = `${base}...${head}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#compare(key);
    this.#answers.set(key, answer);
    return answer;
  }

  async #compare(basehead: string): Promise<Ancestry> {
    const [owner, repo] = this.#options.repository.split('/');
    if (!owner || !repo) {
      throw new AssertImageError('input', 'contains-commit: GITHUB_REPOSITORY does not name a repository.', {
        hint: 'By hand, set it to owner/name, and give github-token.',
      });
    }
    const octokit = await this.#client();
    try {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
        owner,
        repo,
        basehead,
        per_page: 1,
        page: 2,
      });
      if (!STATUSES.has(data.status)) throw new TypeError('an answer without a status');
      return { status: data.status, aheadBy: data.ahead_by, behindBy: data.behind_by };
    } catch (error) {
      return toAncestry(error, this.#options);
    }
  }

  async #client(): Promise<ReturnType<typeof import('@actions/github').getOctokit>> {
    const { getOctokit } = await import('@actions/github');
    const { token, apiUrl, network } = this.#options;
    if (token === '') {
      throw new AssertImageError('input', 'github-token is empty, and contains-commit has to ask GitHub.', {
        hint: 'Leave github-token at its default, or give a token that may read the contents of the repository.',
      });
    }
    const dispatcher = makeDispatcher(new URL(apiUrl), network);
    const fetch = ((url: string, init: object) =>
      undiciFetch(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch;
    return getOctokit(token, { baseUrl: apiUrl, request: { fetch }, userAgent: network.userAgent });
  }
}

function toAncestry(error: unknown, { repository }: GitHubOptions): Ancestry {
  const { status, name, response } = error as {
    status?: number;
    name?: string;
    response?: { headers?: Record<string, string> };
  };
  if (status === 404 || status === 422) return { status: 'unknown' };
  const limited = status === 429 || (status === 403 && response?.headers?.['x-ratelimit-remaining'] === '0');
  if (limited) throw new AssertImageError('rate-limited', 'GitHub limits the rate of requests with this token.');
  if (status === 401 || status === 403) {
    throw new AssertImageError('denied', `GitHub denies to compare commits of ${repository} (HTTP ${status}).`, {
      hint: 'The job needs "permissions: contents: read", and github-token a token of this repository.',
    });
  }
  // Octokit gives 500 to what never became an answer.
  throw new AssertImageError(
    'unavailable',
    `GitHub could not be asked about commits of ${repository} (${status ? `HTTP ${status}` : (name ?? 'unknown')}).`,
  );
}
