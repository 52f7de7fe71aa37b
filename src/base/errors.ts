/**
 * Why we could not look. A closed union: a new situation gets a new code here,
 * and every table keyed by code then fails to compile until it knows it.
 */
export type ErrorCode =
  | 'input' // an input, a flag or a reference is wrong
  | 'credentials' // credentials are configured, but cannot be read
  | 'unauthorized' // 401
  | 'denied' // 403
  | 'rate-limited' // 429
  | 'missing' // the registry let us look: this tag or digest does not exist
  | 'incomplete' // a child or config of an image that was found does not exist
  | 'unavailable' // 5xx
  | 'unreachable' // DNS, connection refused or reset, body cut short
  | 'timeout'
  | 'tls'
  | 'protocol' // an answer that no registry gives
  | 'too-large'
  | 'digest-mismatch' // the bytes are not what their digest says
  | 'malformed' // not the document that it claims to be
  | 'ambiguous' // readable in two ways; other clients may read the other one
  | 'unsupported'
  | 'not-an-image'
  | 'output' // outputs could not be handed to later steps
  | 'internal';

/** Codes after which a later look may see something else: `wait-timeout` goes on. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'missing',
  'incomplete',
  'rate-limited',
  'unavailable',
  'unreachable',
  'timeout',
]);

export interface ErrorDetails {
  /** The sentence that tells the fix. */
  readonly hint?: string | undefined;
  /** How long a server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The one error class: what was seen (`message`), what to do about it (`hint`), and its cause. */
export class AssertImageError extends Error {
  override readonly name = 'AssertImageError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retryAfterMs = details.retryAfterMs;
  }

  get isTransient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

/** Message and hint as one text, for a log line or an annotation. */
export function formatError(error: AssertImageError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}

/**
 * Any thrown value as an {@link AssertImageError}. What we did not expect is `internal`: only name,
 * code and message of it are kept, for its other properties may hold request headers.
 */
export function toAssertImageError(thrown: unknown): AssertImageError {
  if (thrown instanceof AssertImageError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
  return new AssertImageError('internal', `unexpected ${text}.`, {
    hint: 'This is a bug in assert-image: please report it with the log of this step.',
  });
}
