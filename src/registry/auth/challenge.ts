import { AssertImageError } from '../../base/errors.ts';

/** One challenge of a WWW-Authenticate header: scheme in lower case, parameter names in lower case. */
export interface Challenge {
  readonly authScheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

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
  return list.flatMap((header) => readHeader(header));
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** token68 and the unquoted URLs of real registries; stops at white space and comma. */
const LOOSE_VALUE = /[^\s,"]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SPACE = /[ \t]*/y;

function readHeader(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const skipCommas = (): void => {
    do take(SPACE);
    while (header[at] === ',' && (at += 1));
  };
  skipCommas();
  while (at < header.length) {
    const authScheme = take(TOKEN)?.[0].toLowerCase();
    if (authScheme === undefined) return challenges;
    const parameters = new Map<string, string>();
    for (;;) {
      const before = at;
      take(SPACE);
      if (parameters.size > 0) {
        if (at < header.length && header[at] !== ',') return challenges;
        skipCommas();
      }
      const name = take(TOKEN)?.[0].toLowerCase();
      take(SPACE);
      if (name === undefined || header[at] !== '=') {
        // No parameter: the next scheme begins here, or the header ends. Negotiate and NTLM send a token68.
        at = before;
        break;
      }
      at += 1;
      take(SPACE);
      const quoted = take(QUOTED);
      const value = quoted ? (quoted[1] as string).replaceAll(/\\(.)/g, '$1') : take(LOOSE_VALUE)?.[0];
      if (value === undefined) return challenges;
      if (!parameters.has(name)) parameters.set(name, value);
    }
    challenges.push({ authScheme, parameters });
    take(SPACE);
    if (at < header.length && header[at] !== ',') {
      // A token68 or garbage behind the scheme: of no use to us, skip to the next challenge.
      const comma = header.indexOf(',', at);
      at = comma === -1 ? header.length : comma;
    }
    skipCommas();
  }
  return challenges;
}

/** What a token is asked by, whoever named it. */
export function tokenKey({ parameters }: Challenge, scope: string): string {
  return JSON.stringify([parameters.get('realm'), parameters.get('service'), scope]);
}

/**
 * Bearer before Basic, as every client; what else there is (Negotiate, Digest) nobody uses for images.
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
