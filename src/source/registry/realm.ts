import { AssertImageError } from '../../errors.ts';
import type { Challenge } from './challenge.ts';

/** The address of the token service: HTTPS (HTTP only where the registry is spoken to in HTTP), nothing hidden in it. */
export function readRealm({ parameters }: Challenge, registry: string, origin: string): URL {
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

function badRealm(registry: string, seen: string, hint?: string): AssertImageError {
  return new AssertImageError('protocol', `${registry} names as its token service ${seen}; not asked.`, { hint });
}
