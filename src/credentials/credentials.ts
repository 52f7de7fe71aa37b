import { AssertImageError } from '../base/errors.ts';

/** What we may show a registry or its token service. Anonymous is a valid value. */
export type Credentials =
  | { readonly kind: 'anonymous' }
  | BasicCredentials
  /** An OAuth2 refresh token, for the token service only. */
  | {
      readonly kind: 'identity-token';
      readonly token: string;
      readonly from: string;
      readonly fallback: BasicCredentials | null;
    }
  /** A bearer token for the registry itself, never sent to a token service. */
  | { readonly kind: 'registry-token'; readonly token: string; readonly from: string };

export interface BasicCredentials {
  readonly kind: 'basic';
  readonly username: string;
  readonly password: string;
  /** Where they were found, for messages. */
  readonly from: string;
  /** Not chosen for this registry: sent only after an anonymous request was refused. */
  readonly isSpare?: true;
  /** A token service on another host that may see them, as a URL has it. */
  readonly authHost?: string;
}

/** User name and password as HTTP carries them (RFC 7617). */
export function encodeBasic({ username, password }: Pick<BasicCredentials, 'username' | 'password'>): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

export type ConfiguredCredentials = Exclude<Credentials, { readonly kind: 'anonymous' }>;

/** One place where credentials are kept: what it has for a repository, or null. @throws AssertImageError `credentials` */
export type CredentialStore = (registry: string, repository: string) => Promise<ConfiguredCredentials | null>;

/** The first store that has something decides; one that cannot be read is an error, never a reason to go on without. */
export async function findCredentials(
  stores: readonly CredentialStore[],
  registry: string,
  repository: string,
): Promise<Credentials> {
  for (const store of stores) {
    const found = await store(registry, repository);
    if (found) return found;
  }
  return { kind: 'anonymous' };
}

/** `auths` of a docker or containers configuration: host, URL or repository path to entry. */
export type Auths = ReadonlyMap<string, AuthEntry>;
export interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** Docker Desktop keeps its own tokens beside the login, and they are none (docker/cli, cli/config/credentials). */
const DOCKER_DESKTOP_TOKEN = /^https:\/\/index\.docker\.io\/v1\/(access|refresh)-token$/;

const DOCKER_HUB_KEYS = ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** The key under which docker's helpers keep a registry. */
export function helperKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

/**
 * Finds the entry for a repository: its own path first, then each parent, then the host. A key for
 * a path serves nothing outside that path, and hosts match whole or not at all (containers/image, pkg/docker/config, normalizeAuthFileKey).
 */
export function findAuth(auths: Auths, registry: string, repository: string): [key: string, entry: AuthEntry] | null {
  const hosts = registry === 'docker.io' ? DOCKER_HUB_KEYS : [registry];
  const entries = [...auths].filter(([key]) => !DOCKER_DESKTOP_TOKEN.test(key));
  const normal = new Map(entries.toReversed().map(([key, entry]) => [normalizeKey(key), [key, entry] as const]));
  const segments = repository.split('/');
  for (let length = segments.length; length >= 0; length -= 1) {
    for (const host of hosts) {
      if (host.startsWith('https:') && length > 0) continue; // a URL names the host alone
      const key = [host, ...segments.slice(0, length)].join('/');
      const exact = auths.get(key);
      const found = exact === undefined ? normal.get(normalizeKey(key)) : ([key, exact] as const);
      // An empty entry only says that a helper has the rest.
      if (found && Object.keys(found[1]).length > 0) return [...found];
    }
  }
  return null;
}

/** Scheme and a URL's path dropped, host in lower case. `host/v1/` is a URL without its scheme. */
function normalizeKey(key: string): string {
  const scheme = /^https?:\/\//i.exec(key)?.[0] ?? '';
  const rest = key.slice(scheme.length).replace(/\/+$/, '');
  const slash = rest.indexOf('/');
  const host = (slash === -1 ? rest : rest.slice(0, slash)).toLowerCase();
  const path = slash === -1 ? '' : rest.slice(slash);
  return scheme !== '' || path === '/v1' || path === '/v2' ? host : host + path;
}

/**
 * Credentials of an entry.
 *
 * @param from says where it stands, for errors; the entry itself is never shown
 * @throws AssertImageError `credentials` for an entry that is set and cannot be read
 */
export function readAuthEntry(entry: AuthEntry, from: string): ConfiguredCredentials | null {
  if (entry.registrytoken) return { kind: 'registry-token', token: entry.registrytoken, from };
  const [username, password] = entry.auth ? decodeAuth(entry.auth, from) : [entry.username ?? '', entry.password ?? ''];
  const isComplete = username !== '' && password !== '';
  const basic: BasicCredentials | null = isComplete ? { kind: 'basic', username, password, from } : null;
  // docker keeps the user name beside an identity token, and an empty password.
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken, from, fallback: basic };
  if (basic === null && (username !== '' || password !== ''))
    throw unreadableError(from, 'user name or password is empty');
  return basic;
}

function decodeAuth(auth: string, from: string): [string, string] {
  // `base64` of coreutils breaks lines, and Go's decoder skips the breaks.
  const encoded = auth.replace(/[\r\n]/g, '');
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer.from skips what is no base64 without a word: encode again and compare.
  if (bytes.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
    throw unreadableError(from, '"auth" is not base64');
  }
  const text = bytes.toString('utf8');
  const colon = text.indexOf(':');
  if (colon <= 0) throw unreadableError(from, '"auth" is not the base64 form of user:password');
  // docker pads with NULs, and strips them when reading.
  return [text.slice(0, colon), text.slice(colon + 1).replace(/^\0+|\0+$/g, '')];
}

function unreadableError(from: string, reason: string): AssertImageError {
  return new AssertImageError('credentials', `the credentials in ${from} cannot be read: ${reason}.`, {
    hint: 'Log in again, for example with ⟦login⟧.',
  });
}
