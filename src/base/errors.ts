/**
 * Why an image could not be checked. A closed union: a new situation gets a new code here,
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

/** A place in a file of the workspace; lines count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
}

export interface ErrorDetails {
  /** The sentence that tells the fix. */
  readonly hint?: string | undefined;
  /** How long a server asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
  /** Of an error of several lines: where each of them is about a file. */
  readonly places?: readonly (FilePlace | null)[];
}

/** The one error class: what was seen (`message`), what to do about it (`hint`), and its cause. */
export class AssertImageError extends Error {
  override readonly name = 'AssertImageError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly places: readonly (FilePlace | null)[];

  /** Each code but `input` has a remedy for errors without a hint of their own; each `input` error brings one. */
  constructor(code: Exclude<ErrorCode, 'input'>, message: string, details?: ErrorDetails);
  constructor(code: ErrorCode, message: string, details: ErrorDetails & { readonly hint: string | undefined });
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retryAfterMs = details.retryAfterMs;
    this.places = details.places ?? [];
  }

  get isTransient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

/** The same error in other words. */
export function reworded(error: AssertImageError, message: string, hint: string | undefined): AssertImageError {
  const { code, retryAfterMs, places } = error;
  return new AssertImageError(code, message, { hint, retryAfterMs, places });
}

/** What to do about an error that has no hint of its own. Of `input`, each message says what is allowed. */
const REMEDIES: Readonly<Record<Exclude<ErrorCode, 'input'>, string>> = {
  credentials: 'Log in again, or give username and password.',
  unauthorized: 'Check user name and password, or token.',
  denied: 'Check that this job may read it.',
  'rate-limited': 'Wait, or spread the jobs.',
  missing: 'Check the spelling, and whether it was pushed.',
  incomplete: 'Push the image again; a push may be under way, or a clean-up removed parts of it.',
  unavailable: 'Try again later, or give wait-timeout; the status page of the service may tell more.',
  unreachable: 'Try again later, or give wait-timeout; check the network of this runner.',
  timeout: 'Raise the input timeout, or give wait-timeout.',
  tls: 'If an authority of your own signed the certificate, name its PEM file in ca-file.',
  protocol: 'Is this the address of a registry, and does a proxy in between change its answers?',
  'too-large': 'Narrow the pattern or platforms, or check in several steps.',
  'digest-mismatch':
    'Do not deploy: something between here and the registry changes content, or the registry is broken or compromised.',
  malformed: 'Build and push the image again with a current builder.',
  ambiguous: 'Clients differ in which they read: build and push the image again with a current builder.',
  unsupported: 'Build and push the image again with a current builder.',
  'not-an-image': 'Check the reference: signatures, charts and build caches live in registries too.',
  output: 'Check the disk, and the permissions of the folder.',
  internal: 'This is a bug in assert-image: please report it with the log of this step.',
};

/** Message and remedy as one text, for a log line or an annotation. */
export function formatError({ code, message, hint }: AssertImageError): string {
  const remedy = hint ?? (code === 'input' ? undefined : REMEDIES[code]);
  return remedy ? `${message} ${remedy}` : message;
}

/**
 * Any thrown value as an {@link AssertImageError}. What we did not expect is `internal`: only name,
 * code and message of it are kept, for its other properties may hold request headers.
 */
export function toAssertImageError(thrown: unknown): AssertImageError {
  if (thrown instanceof AssertImageError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
  return new AssertImageError('internal', `unexpected ${text}.`);
}
