import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import { parseJson } from '../json/loose-json.ts';
import { notFoundMeaning, toAnswerError } from './answer-errors.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { type Challenge, parseChallenges } from './auth/challenge.ts';
import { knownStorage } from './auth/known-services.ts';
import type { Request } from '../net/network.ts';
import { type FollowedResponse, sendFollowing } from '../net/redirects.ts';
import { withRetries } from '../net/retry.ts';
import { header, type Transport } from '../net/transport.ts';

export interface ConversationOptions {
  readonly registry: string;
  readonly repository: string;
  readonly origin: string;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
}

export interface Wanted {
  readonly accept: string;
  readonly maxBytes: number;
  /** What the token is for. */
  readonly scope: string;
  readonly minBytes?: number;
  /** Absent: yes. */
  readonly isPathOurs?: boolean;
}

/** Requests to a registry about one repository: with its token, tried again, redirects followed. */
export class Conversation {
  readonly #options: ConversationOptions;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** A GET that ends in a 200, or in an error that says why not. `what` names the document in errors. */
  async get(url: URL, what: string, wanted: Wanted, deadline: Deadline): Promise<FollowedResponse> {
    const { repository, registry, authorizer } = this.#options;
    const { accept, maxBytes, minBytes = 0, scope, isPathOurs = true } = wanted;
    const limits = { maxBytes, minBytes, signal: deadline.signal, lane: deadline.lane };
    const exchange = { method: 'GET', url, headers: { accept }, isPathOurs, ...limits } as const;
    const answer = await this.authorized(exchange, scope, deadline);
    if (answer.status === 200) return answer;
    if (answer.leftOrigin && answer.status === 401) {
      throw new AssertImageError(
        'protocol',
        `${answer.url.host}, to which ${registry} redirected, wants authentication; refused.`,
      );
    }
    if (
      answer.status === 404 &&
      (await this.#isMissing(answer, url.pathname.startsWith(`/v2/${repository}/blobs/`), deadline))
    ) {
      const isRepository = answer.errors.some(({ code }) => code === 'NAME_UNKNOWN');
      throw new AssertImageError('missing', `${what} does not exist.`, {
        hint: isRepository
          ? `The registry knows no repository ${repository}: check its spelling.`
          : 'Check the spelling; was it pushed, and to this registry?',
      });
    }
    throw toAnswerError(answer, what, registry, authorizer.credentialsFrom);
  }

  /** Sends, and answers one challenge; a second 401 stands. */
  async authorized(exchange: Request, scope: string, deadline: Deadline): Promise<FollowedResponse> {
    const { authorizer, registry, transport } = this.#options;
    // While a known token service answers, the connection that its token is for is opened.
    for (const url of [exchange.url, ...authorizer.likelyServices()]) void transport.preconnect(url);
    authorizer.prepare();
    const authorization = await authorizer.header(scope, deadline);
    // Only now: who may be near to us is known once the registry's own name is resolved.
    const storage = exchange.url.protocol === 'https:' ? knownStorage(registry) : null;
    if (storage && exchange.method === 'GET') void transport.preconnect(storage);
    const first = await this.#send(exchange, authorization, deadline);
    if (first.status === 403 && !first.leftOrigin) {
      const shown = await authorizer.instead(scope, authorization, deadline);
      if (shown !== null) return this.#send(exchange, shown, deadline);
    }
    if (first.status !== 401 || first.leftOrigin) {
      authorizer.accept(authorization);
      return first;
    }
    const challenges = await this.#challengesOf(first, deadline);
    if (challenges.length === 0) return first;
    const answered = await authorizer.answer({ challenges, scope, rejected: authorization, limit: deadline });
    return answered === null ? first : this.#send(exchange, answered, deadline);
  }

  async #challengesOf(answer: FollowedResponse, deadline: Deadline): Promise<Challenge[]> {
    const own = parseChallenges(answer.headers['www-authenticate']);
    if (own.length > 0) return own;
    // gcr.io once sent 401 without a challenge on the real request (containers/image setupRequestAuth).
    const ping = await this.#ping(deadline);
    return ping.status === 401 && !ping.leftOrigin ? parseChallenges(ping.headers['www-authenticate']) : [];
  }

  #send(exchange: Request, authorization: string | undefined, deadline: Deadline): Promise<FollowedResponse> {
    const headers = authorization === undefined ? exchange.headers : { ...exchange.headers, authorization };
    const { transport } = this.#options;
    return withRetries(() => sendFollowing(transport, { ...exchange, headers }), deadline, {
      // A GET is asked for what a HEAD does not say.
      maxRetries: exchange.method === 'HEAD' ? 0 : undefined,
      onLimited: (pauseMs) => deadline.slowDown(pauseMs),
    });
  }

  #ping(deadline: Deadline): Promise<FollowedResponse> {
    const url = new URL('/v2/', this.#options.origin);
    return this.#send(
      {
        method: 'GET',
        url,
        headers: {},
        maxBytes: 64 * 1024,
        signal: deadline.signal,
        lane: deadline.lane,
        isPathOurs: true,
      },
      undefined,
      deadline,
    );
  }

  /** Whether a 404 comes from a registry that looked, and not from some web server on the way. */
  async #isMissing(answer: FollowedResponse, isBlob: boolean, deadline: Deadline): Promise<boolean> {
    const meaning = notFoundMeaning(answer);
    if (meaning !== 'unclear') return meaning === 'missing';
    // Storage knows nothing of registries: what it does not have is not there.
    if (isBlob) return true;
    const ping = await this.#ping(deadline);
    if (ping.leftOrigin || (ping.status !== 200 && ping.status !== 401)) return false;
    if (header(ping, 'docker-distribution-api-version')?.startsWith('registry/2')) return true;
    if (ping.status === 401) return parseChallenges(ping.headers['www-authenticate']).length > 0;
    // The header is not in the specification; a web page is no JSON.
    return parseJson(ping.body) !== undefined;
  }
}
