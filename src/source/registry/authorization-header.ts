import { AssertImageError } from '../../errors.ts';
import type { Credentials } from './credentials.ts';

/** @throws AssertImageError `unauthorized` where there is no user name and password */
export function basicHeader(credentials: Credentials, registry: string): string {
  if (credentials.kind === 'basic') {
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  }
  const what = credentials.kind === 'anonymous' ? 'none are configured' : `${credentials.from} has only a token`;
  throw new AssertImageError('unauthorized', `${registry} wants a user name and password, and ${what}.`, {
    hint: 'Give username and password, or log in with docker/login-action in a step before.',
  });
}

/** @throws AssertImageError `protocol` for what cannot be in a header */
export function bearerHeader(token: string, from: string): string {
  // Visible ASCII only: a line break would write the next header.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new AssertImageError('protocol', `the token of ${from} holds characters that no token has.`);
  }
  return `Bearer ${token}`;
}
