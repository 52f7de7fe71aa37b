import { uncompress } from 'snappyjs';
import type { Deadline } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import {
  type BundleList,
  type BundlePlace,
  type LoadBundle,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLES,
} from '../../image/bundles.ts';
import { parseStrictJson } from '../../json/strict-json.ts';
import { sendFollowing } from '../../net/redirects.ts';
import { withRetries } from '../../net/retry.ts';
import { Transport } from '../../net/transport.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Asked } from '../ci.ts';
import { clientOf, type GitHubClient } from './client.ts';

const WHAT = 'provenance';
const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** One item of GitHub's list; each may be missing (docs.github.com/rest/repos/attestations). */
interface Listed {
  readonly bundle?: unknown;
  readonly bundle_url?: unknown;
}

/** GitHub's list of the attestations of one repository. */
export class GitHubAttestations implements BundlePlace {
  readonly #client: GitHubClient;
  readonly #asked: Asked;
  readonly #source: string;
  readonly #isOwn: boolean;

  /** @param source `owner/name` of the repository whose list is asked for */
  constructor(source: string, asked: Asked, { env, log }: { readonly env: NodeJS.ProcessEnv; readonly log: Log }) {
    this.#client = clientOf(asked, env, log);
    this.#asked = asked;
    this.#source = source;
    this.#isOwn = source.toLowerCase() === (env['GITHUB_REPOSITORY'] ?? '').toLowerCase();
  }

  /** Begins to connect. */
  prepare(): Promise<void> {
    return this.#client.prepare(WHAT);
  }

  /** @throws AssertImageError where GitHub did not let us look */
  async find(digest: Digest, deadline: Deadline): Promise<BundleList> {
    const { attestations, isCut } = await deadline.race(this.#list(digest));
    const listed = attestations.slice(0, MAX_BUNDLES);
    const inline = listed.filter(({ bundle }) => bundle !== null && bundle !== undefined);
    const elsewhere = listed.filter((item) => !inline.includes(item) && typeof item.bundle_url === 'string');
    return {
      place: `on GitHub for ${this.#source}`,
      bundles: inline.map(
        ({ bundle }): LoadBundle =>
          () =>
            Promise.resolve(bundle),
      ),
      later: elsewhere.map(
        (item): LoadBundle =>
          () =>
            this.#fetch(item.bundle_url as string, deadline),
      ),
      isCut: isCut || attestations.length > MAX_BUNDLES,
    };
  }

  async #list(digest: Digest): Promise<{ attestations: readonly Listed[]; isCut: boolean }> {
    const [owner, repo] = this.#source.split('/') as [string, string];
    const parameters = { owner, repo, subject_digest: digest, predicate_type: PREDICATE_TYPE, per_page: MAX_BUNDLES };
    try {
      const { data, headers } = await this.#client.request(WHAT, 'attestations: read', (octokit) =>
        // As it stands, with its colon.
        octokit.request('GET /repos/{owner}/{repo}/attestations/{+subject_digest}', parameters),
      );
      // 204: none, without a body.
      const listed: unknown = (data as { attestations?: unknown } | undefined)?.attestations ?? [];
      if (!Array.isArray(listed))
        throw new AssertImageError('protocol', `${WHAT}: GitHub gave no list of attestations.`);
      return { attestations: listed as Listed[], isCut: /rel="?next/.test(headers.link ?? '') };
    } catch (error) {
      const code = error instanceof AssertImageError ? error.code : null;
      // Of this very repository it says that there are none; of another it may say that this token must not see them.
      if (code === 'missing' && this.#isOwn) return { attestations: [], isCut: false };
      throw code === 'missing' || code === 'denied' ? this.#refusal(code, error as AssertImageError) : error;
    }
  }

  #refusal(code: 'missing' | 'denied', { message }: AssertImageError): AssertImageError {
    const status = /HTTP (\d+)/.exec(message)?.[1] ?? '';
    return code === 'denied'
      ? new AssertImageError('denied', `GitHub refused the list of attestations (${status}).`, {
          hint: 'Give the job permissions: attestations: read, or push the attestation to the registry.',
        })
      : new AssertImageError(
          'denied',
          `GitHub does not show the attestations of ${this.#source} to this token (${status}).`,
          { hint: 'Give a github-token that may read them there, or push the attestation to the registry.' },
        );
  }

  /** From storage, by an address that lets in whoever has it: no token goes there, nor any other header of ours. */
  async #fetch(address: string, deadline: Deadline): Promise<unknown> {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw new AssertImageError('protocol', 'GitHub named storage by an address that is none.');
    const transport = new Transport(url.origin, this.#asked.network, true);
    const { signal } = deadline;
    const exchange = { method: 'GET', url, headers: {}, maxBytes: MAX_BUNDLE_BYTES, signal } as const;
    try {
      const answer = await deadline.race(withRetries(() => sendFollowing(transport, exchange), deadline));
      if (answer.status !== 200)
        throw new AssertImageError(
          'unavailable',
          `${url.host}, which holds the attestation, answered HTTP ${answer.status}.`,
        );
      return parseStrictJson(decompressed(answer.body), 'the attestation in storage');
    } finally {
      await transport.close();
    }
  }
}

/** Snappy's raw form, as GitHub stores it (cli/cli, pkg/cmd/attestation/api). @throws AssertImageError `too-large`, `malformed` */
function decompressed(body: Uint8Array): Uint8Array {
  try {
    return uncompress(new Uint8Array(body), MAX_BUNDLE_BYTES);
  } catch (cause) {
    const isLarge = cause instanceof Error && cause.message.includes('too big');
    throw isLarge
      ? new AssertImageError('too-large', `the attestation in storage has more than ${MAX_BUNDLE_BYTES} bytes.`, {
          cause,
        })
      : new AssertImageError('malformed', 'the attestation in storage cannot be decompressed.', { cause });
  }
}
