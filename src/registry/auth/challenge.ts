import { AssertImageError } from '../../base/errors.ts';
import { type Challenge, ChallengeReader } from './challenge-reader.ts';

export type { Challenge };

/**
 * Reads WWW-Authenticate headers. Grammar, RFC 9110 section 11:
 *
 *     challenge  = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 *     auth-param = token BWS "=" BWS ( token / quoted-string )
 *
 * with what registries really send: several challenges in one header, several headers, unquoted
 * values with `/` and `:` in them. A header that cannot be read to its end gives the challenges in
 * front of the fault, never half a parameter list: the faulty challenge itself is left out.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): Challenge[] {
  const list = headers === undefined ? [] : typeof headers === 'string' ? [headers] : headers;
  return list.flatMap((header) => new ChallengeReader(header).read());
}

/** Identifies a token request. */
export function tokenKey({ parameters }: Challenge, scope: string): string {
  return JSON.stringify([parameters.get('realm'), parameters.get('service'), scope]);
}

/**
 * Bearer before Basic, as every client does. Negotiate and Digest are not used for images.
 *
 * @throws AssertImageError `protocol` where there is neither
 */
export function chooseChallenge(challenges: readonly Challenge[], registry: string): Challenge {
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
