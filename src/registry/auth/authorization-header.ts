import { AssertImageError } from '../../base/errors.ts';
import { type Credentials, encodeBasic } from '../../credentials/credentials.ts';

/** @throws AssertImageError `unauthorized` where there is no user name and password */
export function basicHeader(credentials: Credentials, registry: string): string {
  if (credentials.kind === 'basic') return `Basic ${encodeBasic(credentials)}`;
  const seen = credentials.kind === 'anonymous' ? '' : `, and ${credentials.from} has only a token`;
  throw new AssertImageError('unauthorized', `${registry} wants a user name and password${seen}.`, {
    hint: '⟦how to log in⟧',
  });
}

/** RFC 6750 section 2.1. No line break that would write the next header, and no character that Markdown or a runner acts on. */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** @throws AssertImageError `protocol` for what is no bearer token */
export function bearerHeader(token: string, from: string): string {
  if (!B64TOKEN.test(token)) {
    throw new AssertImageError('protocol', `the token of ${from} holds characters that no token has.`);
  }
  return `Bearer ${token}`;
}
