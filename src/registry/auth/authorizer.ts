import type { Deadline, TimeLimit } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import { chooseChallenge, tokenKey } from './challenge.ts';
import { type AuthOptions, TokenExchange, type Grant, type Question } from './token-exchange.ts';
import { knownChallenge } from './known-services.ts';

/** A token service that does not answer by then is asked again when the registry names it. */
const MAX_GUESS_MS = 3_000;
/** The retries of one request are over by then. */
const FRESH_MS = 10_000;

/**
 * Answers a registry's challenges: which credentials, in which form, to whom. One per repository;
 * what it hands out is sent to the registry's own origin only.
 */
export class Authorizer {
  readonly #options: AuthOptions;
  readonly #exchange: TokenExchange;
  readonly #grants = new Map<string, Promise<Grant>>();
  /** One per scope, successful or not. */
  readonly #guesses = new Map<string, Promise<void>>();
  /** Headers from prefetched tokens that no request has used successfully yet, and when they came. */
  readonly #unproven = new Map<string, number>();

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#exchange = new TokenExchange(options);
  }

  /** Where the credentials are from that were sent; null: none were, and a refusal is about their absence. */
  get credentialsFrom(): string | null {
    return this.#exchange.credentialsFrom;
  }

  /**
   * Token services that the registry will name if it asks for a token at all: those that the user trusts for it. They are
   * connected to, and asked nothing before it has named them.
   */
  likelyServices(): URL[] {
    const { registry, origin, trustedAuthHosts, isOfUser } = this.#options;
    if (!isOfUser || !origin.startsWith('https:')) return [];
    return trustedAuthHosts
      .filter((pair) => pair.registry === registry)
      .map(({ authHost }) => new URL(`https://${authHost}/`));
  }

  /** Begins to look up credentials, which may take a helper a while. */
  prepare(): void {
    this.#exchange.prepare();
  }

  /** The header that worked before, or the token of a known service, to spare the next request its 401. */
  async header(scope: string, deadline: Deadline): Promise<string | undefined> {
    const guess = this.#guesses.get(scope) ?? this.#guess(scope, deadline);
    this.#guesses.set(scope, guess);
    await guess;
    const grant = await this.#grants.get(scope);
    if (grant === undefined || performance.now() < grant.expiresAtMs) return grant?.header;
    // A token may expire during a wait. Renew it before the registry answers 401.
    this.accept(grant.header);
    const question = { challenges: grant.challenges, scope, rejected: grant.header, limit: deadline };
    return (await this.answer(question)) ?? undefined;
  }

  /** A header with credentials, after a request with an anonymous token got 403. Null if there is none. */
  async instead(scope: string, rejected: string | undefined, limit: TimeLimit): Promise<string | null> {
    const grant = await this.#grants.get(scope);
    if (!grant?.isAnonymousTry || grant.header !== rejected) return null;
    return this.answer({ challenges: grant.challenges, scope, rejected, limit });
  }

  /** A request with this header was let in. */
  accept(header: string | undefined): void {
    if (header !== undefined) this.#unproven.delete(header);
  }

  /** Whether the token is new and was refused at once. The same service would issue another one like it. */
  #isFresh(header: string): boolean {
    return performance.now() - (this.#unproven.get(header) ?? -Infinity) < FRESH_MS;
  }

  /** A known token service is asked before the registry has named it. If that fails, its challenge decides. */
  async #guess(scope: string, deadline: Deadline): Promise<void> {
    const { registry, origin } = this.#options;
    const challenge = origin.startsWith('https:') ? knownChallenge(registry) : null;
    if (challenge === null || this.#grants.has(scope)) return;
    try {
      const limit = deadline.atMost(MAX_GUESS_MS);
      // A helper that takes long is waited for where the registry wants credentials, and not before.
      await Promise.race([this.#options.credentials(), isOver(limit)]);
      const question = { challenges: [challenge], scope, rejected: undefined, limit };
      const grant = await this.#exchange.run(question, true);
      this.#unproven.set(grant.header, performance.now());
      this.#grants.set(scope, Promise.resolve(grant));
    } catch (error) {
      // An error ends the guess, nothing else.
      const isRefusal = error instanceof AssertImageError && error.code === 'unauthorized';
      if (isRefusal) this.#exchange.remember(challenge, scope, error);
    }
  }

  /**
   * The header to try after a 401, or null where it would be the same again. Requests side by side
   * share one exchange.
   *
   * @throws AssertImageError `unauthorized`, `protocol`, `credentials` or what the token service's connection gives
   */
  async answer(question: Question): Promise<string | null> {
    const known = this.#grants.get(question.scope);
    const grant = await known;
    const isRefused = grant !== undefined && grant.header === question.rejected;
    if (isRefused && grant.isAnonymousTry) this.#exchange.needCredentials();
    else if (isRefused && this.#isFresh(grant.header)) {
      const asked = grant.challenges.map((challenge) => tokenKey(challenge, question.scope));
      if (asked.includes(tokenKey(chooseChallenge(question.challenges, this.#options.registry), question.scope)))
        return null;
    }
    if (grant !== undefined && grant.header !== question.rejected) return grant.header;
    // Another request may have started an exchange while this one waited.
    const current = this.#grants.get(question.scope);
    if (current !== undefined && current !== known) return (await current).header;
    const pending = this.#exchange.run(question);
    this.#grants.set(question.scope, pending);
    try {
      return (await pending).header;
    } catch (error) {
      this.#grants.delete(question.scope);
      throw error;
    }
  }
}

/** Rejects when the limit is over. */
function isOver({ signal }: TimeLimit): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
