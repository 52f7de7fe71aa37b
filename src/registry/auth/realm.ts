import { AssertImageError } from '../../base/errors.ts';
import type { Challenge } from './challenge.ts';
import { isPlainHost, type PlainHttp } from '../hosts.ts';

/**
 * The address of the token service: HTTPS, or HTTP where the settings say so of that host or of a registry that is
 * the same host; nothing hidden in it.
 */
export function readRealm(
  { parameters }: Challenge,
  registry: string,
  { origin, plainHttp }: { readonly origin: string; readonly plainHttp: PlainHttp },
): URL {
  const text = parameters.get('realm') ?? '';
  if (text === '') throw realmError(registry, 'none (no realm)');
  if (!URL.canParse(text, origin)) throw realmError(registry, 'something that is not a URL');
  const realm = new URL(text, origin);
  realm.hash = '';
  if (realm.username !== '' || realm.password !== '') throw realmError(registry, 'a URL with credentials in it');
  const isPlain = realm.origin === origin || (origin.startsWith('http:') && isPlainHost(realm.host, plainHttp));
  if (realm.protocol === 'http:' && !isPlain) {
    throw realmError(
      registry,
      `${realm.protocol}//${realm.host}`,
      'A token service is asked by https, unless plain-http names its host; Harbor and Artifactory behind a proxy need their external URL set to https.',
    );
  }
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') throw realmError(registry, realm.protocol);
  return realm;
}

function realmError(registry: string, seen: string, hint?: string): AssertImageError {
  return new AssertImageError('protocol', `${registry} names as its token service ${seen}; not asked.`, { hint });
}
