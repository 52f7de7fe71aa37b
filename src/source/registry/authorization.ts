import { AssertImageError } from '../../errors.ts';
import type { Secrets } from '../../secrets.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { fetchToken } from './token.ts';
import { isTrustedAuthHost, type TrustedAuthHost } from './hosts.ts';
import type { Transport } from './transport.ts';

export interface AuthorizerOptions {
  readonly registry: string;
  readonly origin: string;
  readonly credentials: () => Promise<Credentials>;
  readonly trustedAuthHosts: readonly TrustedAuthHost[];
  readonly transport: Transport;
  readonly secrets: Secrets;
}

export interface Question {
  readonly challenges: readonly Challenge[];
  /** Ours, never wider than what we read. */
  readonly scope: string;
  /** The header that was refused, if one was sent. */
  readonly rejected: string | undefined;
  readonly signal: AbortSignal;
  readonly msLeft: () => number;
}

/** A header that was let in, and until when it may be used. */
interface Grant {
  readonly header: string;
  readonly challenges: readonly Challenge[];
  readonly expiresAtMs: number;
}

/** No real token is shorter. */
const MIN_TOKEN_CHARS = 16;

/** A token that is about to expire may be refused on its way. */
const RENEW_BEFORE_MS = 10_000;

/**
 * Answers a registry's challenges: which credentials, in which form, to whom. One per repository;
 * what it hands out is sent to the registry's own origin only.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #grants = new Map<string, Promise<Grant>>();
  #hasSentCredentials = false;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Whether a refusal is about credentials, or about their absence. */
  get hasSentCredentials(): boolean {
    return this.#hasSentCredentials;
  }

  /** The header that worked before, to spare the next request its 401. */
  async header(scope: string, signal: AbortSignal, msLeft: () => number): Promise<string | undefined> {
    const grant = await this.#grants.get(scope);
    if (grant === undefined || performance.now() < grant.expiresAtMs) return grant?.header;
    // A wait may outlive a token: a new one is asked for before the registry has to say so.
    return this.answer({ challenges: grant.challenges, scope, rejected: grant.header, signal, msLeft });
  }

  /**
   * The header to try after a 401. Requests side by side share one exchange.
   *
   * @throws AssertImageError `unauthorized`, `protocol`, `credentials` or what the token service's connection gives
   */
  async answer(question: Question): Promise<string> {
    const known = this.#grants.get(question.scope);
    const grant = await known;
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

  async #exchange({ challenges, scope, signal, msLeft }: Question): Promise<Grant> {
    const { registry, secrets } = this.#options;
    const credentials = await this.#options.credentials();
    register(credentials, secrets);
    this.#hasSentCredentials = credentials.kind !== 'anonymous';
    const challenge = choose(challenges, registry);
    const lasting = { challenges, expiresAtMs: Infinity };
    if (challenge.authScheme === 'basic') return { header: basicHeader(credentials, registry), ...lasting };
    if (credentials.kind === 'registry-token') {
      return { header: bearerHeader(credentials.token, credentials.from), ...lasting };
    }
    const realm = this.#readRealm(challenge);
    const shown = this.#assertMaySee(realm, credentials);
    const { transport } = this.#options;
    const service = challenge.parameters.get('service');
    const token = await fetchToken({ transport, registry, realm, service, scope, credentials: shown, signal, msLeft });
    const header = bearerHeader(token.text, realm.host);
    // The service chooses this text: one as short as `sha256:` would mask our own outputs.
    secrets.add(token.text, MIN_TOKEN_CHARS);
    const expiresAtMs = performance.now() + token.lifetimeMs - RENEW_BEFORE_MS;
    return { header, challenges, expiresAtMs };
  }

  /** The address of the token service: HTTPS (HTTP only where the registry is spoken to in HTTP), nothing hidden in it. */
  #readRealm({ parameters }: Challenge): URL {
    const { registry, origin } = this.#options;
    const text = parameters.get('realm') ?? '';
    if (text === '') throw badRealm(registry, 'none (no realm)');
    if (!URL.canParse(text, origin)) throw badRealm(registry, 'something that is no URL');
    const realm = new URL(text, origin);
    realm.hash = '';
    if (realm.username !== '' || realm.password !== '') throw badRealm(registry, 'a URL with credentials in it');
    if (realm.protocol === 'http:' && origin.startsWith('https:')) {
      throw badRealm(
        registry,
        `${realm.protocol}//${realm.host}`,
        'A registry behind HTTPS has to name its token service by https; Harbor and Artifactory behind a proxy need their external URL set to https.',
      );
    }
    if (realm.protocol !== 'https:' && realm.protocol !== 'http:') throw badRealm(registry, realm.protocol);
    return realm;
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

/** Bearer before Basic, as every client; what else there is (Negotiate, Digest) nobody uses for images. */
function choose(challenges: readonly Challenge[], registry: string): Challenge {
  const chosen =
    challenges.find(({ authScheme }) => authScheme === 'bearer') ??
    challenges.find(({ authScheme }) => authScheme === 'basic');
  if (chosen) return chosen;
  const offered = challenges.map(({ authScheme }) => authScheme).join(', ') || 'none that can be read';
  throw new AssertImageError(
    'protocol',
    `${registry} wants authentication by a scheme that is not supported (${offered}).`,
    {
      hint: 'Supported are Bearer and Basic.',
    },
  );
}

function basicHeader(credentials: Credentials, registry: string): string {
  if (credentials.kind === 'basic') {
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  }
  const what = credentials.kind === 'anonymous' ? 'none are configured' : `${credentials.from} has only a token`;
  throw new AssertImageError('unauthorized', `${registry} wants a user name and password, and ${what}.`, {
    hint: 'Give username and password, or log in with docker/login-action in a step before.',
  });
}

function bearerHeader(token: string, from: string): string {
  // Visible ASCII only: a line break would write the next header.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new AssertImageError('protocol', `the token of ${from} holds characters that no token has.`);
  }
  return `Bearer ${token}`;
}

function register(credentials: Credentials, secrets: Secrets): void {
  if (credentials.kind === 'anonymous') return;
  const basic = credentials.kind === 'basic' ? credentials : null;
  const fallback = credentials.kind === 'identity-token' ? credentials.fallback : null;
  for (const pair of [basic, fallback]) if (pair) secrets.addBasic(pair.username, pair.password);
  if (credentials.kind !== 'basic') secrets.add(credentials.token);
}

function badRealm(registry: string, seen: string, hint?: string): AssertImageError {
  return new AssertImageError('protocol', `${registry} names as its token service ${seen}; not asked.`, { hint });
}
