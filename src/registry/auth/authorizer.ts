import type { Deadline, TimeLimit } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import type { Secrets } from '../../base/secrets.ts';
import { basicHeader, bearerHeader } from './authorization-header.ts';
import { type Challenge, chooseChallenge, tokenKey } from './challenge.ts';
import type { Credentials } from '../../credentials/credentials.ts';
import { knownChallenge } from './known-services.ts';
import { readRealm } from './realm.ts';
import { fetchToken, type Token, type TokenRequest } from './token.ts';
import { isTrustedAuthHost, type PlainHttp, type TrustedAuthHost } from '../hosts.ts';
import type { Transport } from '../../net/transport.ts';

export interface AuthorizerOptions {
  readonly registry: string;
  readonly origin: string;
  readonly credentials: () => Promise<Credentials>;
  readonly trustedAuthHosts: readonly TrustedAuthHost[];
  readonly transport: Transport;
  readonly secrets: Secrets;
  /** The user chose the repository; otherwise an image did. */
  readonly isOfUser: boolean;
  readonly plainHttp: PlainHttp;
}

export interface Question {
  readonly challenges: readonly Challenge[];
  /** Ours, never wider than what we read. */
  readonly scope: string;
  /** The header that was refused, if one was sent. */
  readonly rejected: string | undefined;
  readonly limit: TimeLimit;
}

/** A header that was let in, and until when it may be used. */
interface Grant {
  readonly header: string;
  readonly challenges: readonly Challenge[];
  readonly expiresAtMs: number;
  /** It was given to nobody in particular, and there are credentials that were not shown. */
  readonly isAnonymousTry?: boolean;
}

/** A token service that does not answer by then is asked again when the registry names it. */
const MAX_GUESS_MS = 3_000;
/** The retries of one request are over by then. */
const FRESH_MS = 10_000;

/** A token that is about to expire may be refused on its way. */
const RENEW_BEFORE_MS = 10_000;

/**
 * Answers a registry's challenges: which credentials, in which form, to whom. One per repository;
 * what it hands out is sent to the registry's own origin only.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #grants = new Map<string, Promise<Grant>>();
  /** One for each scope, whatever came of it. */
  readonly #guesses = new Map<string, Promise<void>>();
  /** Headers that no request has been let in with yet, from tokens that were asked for unasked, and since when. */
  readonly #unproven = new Map<string, number>();
  /** What a token service said of our credentials when it was asked unasked: it is not asked again. */
  readonly #refusals = new Map<string, AssertImageError>();
  #hasSentCredentials = false;
  /** An anonymous request was refused. */
  #needsCredentials = false;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Whether a refusal is about credentials, or about their absence. */
  get hasSentCredentials(): boolean {
    return this.#hasSentCredentials;
  }

  /** The header that worked before, or the token of a known service, to spare the next request its 401. */
  async header(scope: string, deadline: Deadline): Promise<string | undefined> {
    const guess = this.#guesses.get(scope) ?? this.#guess(scope, deadline);
    this.#guesses.set(scope, guess);
    await guess;
    const grant = await this.#grants.get(scope);
    if (grant === undefined || performance.now() < grant.expiresAtMs) return grant?.header;
    // A wait may outlive a token: a new one is asked for before the registry has to say so.
    this.prove(grant.header);
    const question = { challenges: grant.challenges, scope, rejected: grant.header, limit: deadline };
    return (await this.answer(question)) ?? undefined;
  }

  /** With credentials, where a request with an anonymous token was forbidden and there are some; null otherwise. */
  async instead(scope: string, rejected: string | undefined, limit: TimeLimit): Promise<string | null> {
    const grant = await this.#grants.get(scope);
    if (!grant?.isAnonymousTry || grant.header !== rejected) return null;
    return this.answer({ challenges: grant.challenges, scope, rejected, limit });
  }

  /** A request with this header was let in. */
  prove(header: string | undefined): void {
    if (header !== undefined) this.#unproven.delete(header);
  }

  /** Whether a token has just come that no request was let in with: the same service would give another like it. */
  #isFresh(header: string): boolean {
    return performance.now() - (this.#unproven.get(header) ?? -Infinity) < FRESH_MS;
  }

  /** A known token service is asked before the registry has named it. Whatever goes wrong, its challenge decides. */
  async #guess(scope: string, deadline: Deadline): Promise<void> {
    const { registry, origin } = this.#options;
    const challenge = origin.startsWith('https:') ? knownChallenge(registry) : null;
    if (challenge === null || this.#grants.has(scope)) return;
    try {
      const limit = deadline.atMost(MAX_GUESS_MS);
      const question = { challenges: [challenge], scope, rejected: undefined, limit };
      const grant = await this.#exchange(question, true);
      this.#unproven.set(grant.header, performance.now());
      this.#grants.set(scope, Promise.resolve(grant));
    } catch (error) {
      // Whatever it was, it ends the guess and nothing else.
      const isRefusal = error instanceof AssertImageError && error.code === 'unauthorized';
      if (isRefusal) this.#refusals.set(tokenKey(challenge, scope), error);
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
    if (isRefused && grant.isAnonymousTry) this.#needsCredentials = true;
    else if (isRefused && this.#isFresh(grant.header)) {
      const asked = grant.challenges.map((challenge) => tokenKey(challenge, question.scope));
      if (asked.includes(tokenKey(chooseChallenge(question.challenges, this.#options.registry), question.scope)))
        return null;
    }
    if (grant !== undefined && grant.header !== question.rejected) return grant.header;
    // Somebody else may have begun an exchange while we waited for the old one.
    const current = this.#grants.get(question.scope);
    if (current !== undefined && current !== known) return (await current).header;
    const pending = this.#exchange(question);
    this.#grants.set(question.scope, pending);
    try {
      return (await pending).header;
    } catch (error) {
      this.#grants.delete(question.scope);
      throw error;
    }
  }

  async #exchange({ challenges, scope, limit }: Question, isGuess = false): Promise<Grant> {
    const { registry, secrets } = this.#options;
    const credentials = await this.#options.credentials();
    register(credentials, secrets);
    this.#hasSentCredentials = credentials.kind !== 'anonymous';
    const challenge = chooseChallenge(challenges, registry);
    const refusal = this.#refusals.get(tokenKey(challenge, scope));
    if (refusal) throw refusal;
    const lasting = { challenges, expiresAtMs: Infinity };
    if (challenge.authScheme === 'basic') return { header: basicHeader(credentials, registry), ...lasting };
    if (credentials.kind === 'registry-token') {
      return { header: bearerHeader(credentials.token, credentials.from), ...lasting };
    }
    const realm = readRealm(challenge, registry, this.#options);
    const shown = this.#assertMaySee(realm, credentials);
    const { transport } = this.#options;
    const service = challenge.parameters.get('service');
    const request = { transport, registry, realm, service, scope, credentials: shown, limit, isGuess };
    const anonymous = await this.#anonymousToken(request);
    const token = anonymous ?? (await fetchToken(request));
    const header = bearerHeader(token.text, realm.host);
    secrets.addToken(token.text, this.#options.isOfUser ? this.#options.registry : null);
    const expiresAtMs = performance.now() + token.lifetimeMs - RENEW_BEFORE_MS;
    return { header, challenges, expiresAtMs, isAnonymousTry: anonymous !== null };
  }

  /** Null where credentials were chosen, or where nobody gets a token without; whatever goes wrong, they are shown then. */
  async #anonymousToken(request: TokenRequest): Promise<Token | null> {
    const { credentials } = request;
    if (credentials.kind !== 'basic' || !credentials.isSpare || this.#needsCredentials) return null;
    try {
      const token = await fetchToken({ ...request, credentials: { kind: 'anonymous' }, isGuess: true });
      this.#hasSentCredentials = false;
      return token;
    } catch {
      this.#needsCredentials = true;
      return null;
    }
  }

  /** Credentials for a host that was told to have them; anonymous for any other; never a silent downgrade. */
  #assertMaySee(realm: URL, credentials: Exclude<Credentials, { kind: 'registry-token' }>): typeof credentials {
    const { registry, trustedAuthHosts } = this.#options;
    if (credentials.kind === 'anonymous' || isTrustedAuthHost(registry, realm, trustedAuthHosts)) return credentials;
    throw new AssertImageError('unauthorized', `${registry} asked to send credentials to ${realm.host}; refused.`, {
      hint: `If ${realm.host} is the token service of ${registry}, add ${registry}=${realm.host} to trusted-auth-hosts.`,
    });
  }
}

function register(credentials: Credentials, secrets: Secrets): void {
  if (credentials.kind === 'anonymous') return;
  const basic = credentials.kind === 'basic' ? credentials : null;
  const fallback = credentials.kind === 'identity-token' ? credentials.fallback : null;
  for (const pair of [basic, fallback]) if (pair) secrets.addBasic(pair.username, pair.password);
  if (credentials.kind !== 'basic') secrets.add(credentials.token);
}
