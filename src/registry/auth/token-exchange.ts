import type { TimeLimit } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Credentials } from '../../credentials/credentials.ts';
import type { Transport } from '../../net/transport.ts';
import { isTrustedAuthHost, type PlainHttp, type TrustedAuthHost } from '../hosts.ts';
import { basicHeader, bearerHeader } from './authorization-header.ts';
import { type Challenge, chooseChallenge, tokenKey } from './challenge.ts';
import { readRealm } from './realm.ts';
import { fetchToken, type Token, type TokenRequest } from './token.ts';

export interface AuthOptions {
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

/** A header to send, and until when. */
export interface Grant {
  readonly header: string;
  readonly challenges: readonly Challenge[];
  readonly expiresAtMs: number;
  /** An anonymous token, although there are credentials that were not sent. */
  readonly isAnonymousTry?: boolean;
}

/** A token that is about to expire may be refused on its way. */
const RENEW_BEFORE_MS = 10_000;

/** Turns a challenge into a header: which credentials, in which form, to whom. */
export class TokenExchange {
  readonly #options: AuthOptions;
  /** Refusals of prefetched tokens, so that the same question is not asked twice. */
  readonly #refusals = new Map<string, AssertImageError>();
  #credentialsFrom: string | null = null;
  /** An anonymous request was refused. */
  #needsCredentials = false;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** Whether a refusal is about credentials, or about their absence. */
  get credentialsFrom(): string | null {
    return this.#credentialsFrom;
  }

  /** From now on, spare credentials are sent too. */
  needCredentials(): void {
    this.#needsCredentials = true;
  }

  /** Begins to look up credentials. What is wrong with them is told where they are needed. */
  prepare(): void {
    this.#options.credentials().then(
      (credentials) => register(credentials, this.#options.secrets),
      () => {},
    );
  }

  /** The service refused us for good. */
  remember(challenge: Challenge, scope: string, refusal: AssertImageError): void {
    this.#refusals.set(tokenKey(challenge, scope), refusal);
  }

  /** @param isGuess the registry has not named this service yet: one attempt only */
  async run({ challenges, scope, limit }: Question, isGuess = false): Promise<Grant> {
    const { registry, secrets } = this.#options;
    const credentials = await this.#options.credentials();
    register(credentials, secrets);
    this.#credentialsFrom = credentials.kind === 'anonymous' ? null : credentials.from;
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

  /** Null if credentials were chosen for this registry, or if the service refuses anonymous tokens for any reason. */
  async #anonymousToken(request: TokenRequest): Promise<Token | null> {
    const { credentials } = request;
    if (credentials.kind !== 'basic' || !credentials.isSpare || this.#needsCredentials) return null;
    try {
      const token = await fetchToken({ ...request, credentials: { kind: 'anonymous' }, isGuess: true });
      this.#credentialsFrom = null;
      return token;
    } catch {
      this.#needsCredentials = true;
      return null;
    }
  }

  /** Returns the credentials if this host may receive them. Never falls back to anonymous. @throws AssertImageError `unauthorized` */
  #assertMaySee(realm: URL, credentials: Exclude<Credentials, { kind: 'registry-token' }>): typeof credentials {
    const { registry, trustedAuthHosts } = this.#options;
    if (credentials.kind === 'anonymous' || isTrustedAuthHost(registry, realm, trustedAuthHosts)) return credentials;
    if (credentials.kind === 'basic' && credentials.authHost === realm.host) return credentials;
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
