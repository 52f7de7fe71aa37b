import { type ImageBudget, SMALL_BYTES } from '../../base/budget.ts';
import type { Deadline } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import { type BundleList, type BundlePlace, MAX_BUNDLES, SLSA_V1 } from '../../image/bundles.ts';
import { type Json, parseStrictJson } from '../../json/strict-json.ts';
import { type FollowedResponse, sendFollowing } from '../../net/redirects.ts';
import { withRetries } from '../../net/retry.ts';
import { hasMore } from '../../net/next-page.ts';
import { header, Transport } from '../../net/transport.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Asked } from '../ci.ts';
import { loadsOf } from './attestation-items.ts';
import { pauseOf } from './rate-limit.ts';

/** Thirty real ones have 0.4 MB. */
const MAX_LIST_BYTES = 8 * 1024 * 1024;

/** The list of a repository, and what may be asked of it. */
interface Listing {
  readonly attestations: readonly Json[];
  readonly isCut: boolean;
}
const NONE: Listing = { attestations: [], isCut: false };

/**
 * GitHub's list of the attestations of one repository (docs.github.com/rest/repos/attestations). Not by Octokit, which
 * holds an answer of any size several times.
 */
export class GitHubAttestations implements BundlePlace {
  readonly #asked: Asked;
  readonly #source: string;
  readonly #isOwn: boolean;
  readonly #apiUrl: URL;
  readonly #transport: Transport;

  /** @param source `owner/name` of the repository whose list is asked for */
  constructor(source: string, asked: Asked, env: NodeJS.ProcessEnv) {
    this.#asked = asked;
    this.#source = source;
    this.#isOwn = source.toLowerCase() === (env['GITHUB_REPOSITORY'] ?? '').toLowerCase();
    this.#apiUrl = new URL(env['GITHUB_API_URL'] || 'https://api.github.com');
    this.#transport = new Transport(this.#apiUrl.origin, asked.network);
    asked.signal.addEventListener('abort', () => void this.#transport.close(), { once: true });
  }

  prepare(): void {
    void this.#transport.preconnect(this.#apiUrl);
  }

  async find(digest: Digest, deadline: Deadline, budget: ImageBudget): Promise<BundleList> {
    const { attestations, isCut } = await this.#list(digest, deadline, budget);
    const listed = attestations.slice(0, MAX_BUNDLES);
    return {
      place: `on GitHub for ${this.#source}`,
      ...loadsOf(listed, { network: this.#asked.network, deadline }),
      isCut: isCut || attestations.length > MAX_BUNDLES,
    };
  }

  async #list(digest: Digest, deadline: Deadline, budget: ImageBudget): Promise<Listing> {
    const base = this.#apiUrl.href.replace(/\/$/, '');
    const query = new URLSearchParams({ predicate_type: SLSA_V1, per_page: String(MAX_BUNDLES) });
    const url = new URL(`${base}/repos/${this.#source}/attestations/${digest}?${query.toString()}`);
    const { signal, lane } = deadline;
    const exchange = {
      method: 'GET',
      url,
      headers: this.#headers(),
      maxBytes: MAX_LIST_BYTES,
      beforeLarge: { bytes: SMALL_BYTES, wait: () => budget.waitForTurn() },
      signal,
      lane,
      isPathOurs: true,
    } as const;
    const answer = await withRetries(() => sendFollowing(this.#transport, exchange), deadline);
    if (answer.leftOrigin || (answer.status !== 200 && answer.status !== 204)) return this.#refused(answer);
    if (answer.status === 204) return NONE;
    await budget.takeBytes(answer.body.length);
    const list = parseStrictJson(answer.body, "GitHub's list of attestations")['attestations'];
    if (!Array.isArray(list)) throw new AssertImageError('protocol', 'GitHub did not give a list of attestations.');
    return { attestations: list as readonly Json[], isCut: hasMore(answer) };
  }

  #headers(): Record<string, string> {
    const { githubToken } = this.#asked.settings.registry;
    if (githubToken === '') {
      throw new AssertImageError('input', 'github-token is empty, and GitHub has to be asked for attestations.', {
        hint: 'Leave github-token at its default, or give a token that may read them.',
      });
    }
    return {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: `Bearer ${githubToken}`,
    };
  }

  /** Of this very repository a 404 says that there are none; of another it may say that this token must not see them. */
  #refused(answer: FollowedResponse): Listing {
    const { status } = answer;
    if (answer.leftOrigin) throw new AssertImageError('protocol', `GitHub sent us to ${answer.url.host}; refused.`);
    if (status === 404 && this.#isOwn) return NONE;
    if (status === 404) {
      throw new AssertImageError(
        'denied',
        `GitHub does not show the attestations of ${this.#source} to this token (404).`,
        { hint: 'Give a github-token that may read them there, or push the attestation to the registry.' },
      );
    }
    const pause = pauseOf((name) => header(answer, name), Buffer.from(answer.body).toString());
    if (status === 429 || (status === 403 && pause !== undefined))
      throw new AssertImageError('rate-limited', `GitHub limits the rate of requests with this token (${status}).`, {
        retryAfterMs: pause,
      });
    if (status === 401 || status === 403) {
      throw new AssertImageError('denied', `GitHub refused the list of attestations (${status}).`, {
        hint: 'Give the job permissions: attestations: read, or push the attestation to the registry.',
      });
    }
    const code = status >= 500 || status === 408 ? 'unavailable' : 'protocol';
    throw new AssertImageError(code, `GitHub did not list attestations (HTTP ${status}).`);
  }
}
