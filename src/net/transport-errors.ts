import { AssertImageError, type ErrorCode } from '../base/errors.ts';
import { TIMED_OUT } from './early-connection.ts';
import { certificateFault, type NamedCertificate } from './certificate-errors.ts';
import type { Network } from './network.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint?: string;
}

const CUT: Meaning = { code: 'unreachable', text: 'the connection was closed before the answer was complete' };
const SLOW: Meaning = { code: 'timeout', text: 'no answer in time' };
const NO_NAME: Meaning = {
  code: 'unreachable',
  text: 'its name cannot be resolved',
  hint: 'Is the host spelt right, and is there a network here? Behind a proxy, set HTTPS_PROXY.',
};

/** By `code` of Node's and undici's errors. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: NO_NAME,
  EAI_AGAIN: NO_NAME,
  EAI_NONAME: NO_NAME,
  ECONNREFUSED: {
    code: 'unreachable',
    text: 'connection refused',
    hint: 'Is the port right, and the registry up?',
  },
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  UND_ERR_CLOSED: CUT,
  // A proxy that closes instead of connecting.
  UND_ERR_PRX_CONN: CUT,
  // A GOAWAY, and its ends: undici says so in general words.
  UND_ERR_INFO: CUT,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CUT,
  UND_ERR_DESTROYED: CUT,
  EHOSTUNREACH: { code: 'unreachable', text: 'there is no way to this host' },
  ENETUNREACH: { code: 'unreachable', text: 'there is no way to this network' },
  ETIMEDOUT: SLOW,
  UND_ERR_CONNECT_TIMEOUT: { code: 'timeout', text: 'no connection within 10 s' },
  UND_ERR_HEADERS_TIMEOUT: { code: 'timeout', text: 'the answer did not begin within 30 s' },
  UND_ERR_BODY_TIMEOUT: { code: 'timeout', text: 'the answer stalled for 15 s' },
  UND_ERR_HEADERS_OVERFLOW: { code: 'too-large', text: 'the headers of the answer are too large' },
  EPROTO: {
    code: 'tls',
    text: 'it does not speak TLS as expected',
    hint: 'If this registry speaks plain HTTP, name it in plain-http.',
  },
};

/**
 * What a failed exchange means. Only codes are kept, not messages: undici's may quote headers.
 */
export function toTransportError(
  error: unknown,
  url: URL,
  signal: AbortSignal,
  { proxyFor, tlsHint }: Pick<Network, 'proxyFor' | 'tlsHint'>,
): AssertImageError {
  if (error instanceof AssertImageError) return error;
  const source = rootOf(error);
  if (source instanceof AssertImageError) return source;
  if (signal.reason instanceof AssertImageError && signal.aborted) return signal.reason;
  const proxy = proxyFor(url);
  const refusal = proxy && proxyError(source, proxy);
  if (refusal) return refusal;
  const { code, text, hint } = meaningOf(source, url.hostname);
  if (proxy && (code === 'unreachable' || source.code === TIMED_OUT))
    return new AssertImageError(
      code,
      `could not reach ${url.host} through the proxy ${proxy.host} (${proxy.from}): ${text.replace(/^the /, '')}.`,
      { hint: 'Is the proxy up, and its address right? NO_PROXY names hosts to reach directly.' },
    );
  if (url.protocol === 'http:' && (code === 'protocol' || text === CUT.text))
    return new AssertImageError(code, `${url.host}, asked over plain HTTP: ${text}.`, {
      hint: 'If it speaks HTTPS, set plain-http: none.',
    });
  const ownHint = code === 'tls' && tlsHint !== null ? [hint, tlsHint].filter(Boolean).join(' ') : hint;
  return new AssertImageError(code, `${url.host}: ${text}.`, { hint: ownHint });
}

/** Whether what came was not HTTP at all. */
export function isParserError(error: unknown): boolean {
  const { code, name } = rootOf(error);
  return (code ?? '').startsWith('HPE_') || name.includes('Parser');
}

/** A body that ended too early. Retried like a missing answer. */
export function cutError(url: URL): AssertImageError {
  return new AssertImageError('unreachable', `${url.host}: ${CUT.text}.`);
}

function meaningOf({ code: given, name, cert }: Source, host: string): Meaning {
  // A DOMException's code is a number, such as the 23 of a limit that was passed.
  if (name === 'TimeoutError') return SLOW;
  const code = typeof given === 'string' ? given : '';
  if (Object.hasOwn(MEANINGS, code)) return MEANINGS[code] as Meaning;
  const ofCertificate = certificateFault(code, cert, host);
  if (ofCertificate) return { code: 'tls', ...ofCertificate };
  if (code.startsWith('ERR_SSL_')) return MEANINGS['EPROTO'] as Meaning;
  if (code.startsWith('ERR_HTTP2_')) return CUT;
  if (/^(HPE_|UND_ERR_)/.test(code) || /Parser/.test(name)) {
    return { code: 'protocol', text: `it does not speak HTTP as expected (${code || name})` };
  }
  return { code: 'unreachable', text: `the request failed (${code || name || 'for an unknown reason'})` };
}

/** A proxy that answers CONNECT with anything but 200, or a plain request with 407. Host only: its URL may hold a password. */
function proxyError({ message = '' }: { message?: string }, proxy: URL): AssertImageError | null {
  const status = /^Proxy response \(([0-9]{3})\)|Proxy Authentication Required \((407)\)/.exec(message);
  if (!status) return null;
  const code = status[1] ?? status[2];
  const hint =
    code === '407'
      ? 'Write its user name and password into the proxy variable: http://user:password@host:port.'
      : 'May this runner reach that host through the proxy? NO_PROXY names hosts to reach directly.';
  return new AssertImageError('denied', `the proxy ${proxy.host} refuses to connect (HTTP ${code}).`, { hint });
}

/** What Node or undici threw. */
interface Source {
  readonly code?: string;
  readonly name: string;
  readonly message?: string;
  readonly cert?: NamedCertificate;
}

/** Node wraps what happened to several addresses in an AggregateError, and undici some errors in a cause. */
function rootOf(error: unknown): Source {
  let root = error as Source & { cause?: unknown; errors?: readonly unknown[] };
  for (let depth = 0; depth < 5; depth += 1) {
    const inner =
      root?.errors?.[0] ?? (root?.code === undefined || root.code === 'UND_ERR_SOCKET' ? root?.cause : undefined);
    if (!(inner instanceof Error)) break;
    if (root.code === 'UND_ERR_SOCKET' && !('code' in inner)) break;
    root = inner;
  }
  return root ?? { name: 'unknown' };
}
