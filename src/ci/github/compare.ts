import { AssertImageError } from '../../base/errors.ts';
import type { Ancestry, History } from '../../expectations/revision/ancestry.ts';
import type { GitHubClient } from './client.ts';

const STATUSES: ReadonlySet<string> = new Set(['identical', 'ahead', 'behind', 'diverged']);
const WHAT = 'contains-commit';

/** A number that is none says nothing; it must not stand in a report as it is. */
function commitsOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}

/** Asks each pair of commits once; what GitHub does not know yet may have been pushed by the next look. */
export class CommitComparison implements History {
  readonly #client: GitHubClient;
  readonly #answers = new Map<string, Promise<Ancestry>>();

  constructor(client: GitHubClient) {
    this.#client = client;
  }

  /** Where `head` stands as seen from `base`: `ahead` means that it descends from it. */
  compare(base: string, head: string): Promise<Ancestry> {
    const key = `${base}...${head}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#ask(key);
    this.#answers.set(key, answer);
    answer.then(
      ({ status }) => status === 'unknown' && this.#answers.delete(key),
      () => this.#answers.delete(key),
    );
    return answer;
  }

  async #ask(basehead: string): Promise<Ancestry> {
    // Page 2 of one commit a page: the status without the list of changed files.
    const parameters = { ...this.#client.repository(WHAT), basehead, per_page: 1, page: 2 };
    try {
      const { data } = await this.#client.request(WHAT, 'contents: read', (octokit) =>
        octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', parameters),
      );
      if (!STATUSES.has(data.status))
        throw new AssertImageError('unavailable', `${WHAT}: GitHub could not be asked (an answer without a status).`);
      return { status: data.status, aheadBy: commitsOf(data.ahead_by), behindBy: commitsOf(data.behind_by) };
    } catch (error) {
      if (error instanceof AssertImageError && error.code === 'missing') return { status: 'unknown' };
      throw error;
    }
  }
}
