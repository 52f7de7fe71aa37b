import { AssertImageError } from '../base/errors.ts';
import { readUtf8String } from './der.ts';

/**
 * What a certificate says of the run that signed, in the words of GitHub's tokens. The one file outside of ci/ that knows
 * whose they are. Source: sigstore/fulcio, docs/oid-info.md.
 */
export interface Identity {
  /** .8 */
  readonly issuer: string;
  /** .9: the workflow that signed, with its ref. */
  readonly signer: string;
  /** .10 */
  readonly signerDigest: string | null;
  /** .11: `github-hosted` or `self-hosted`. */
  readonly runner: string | null;
  /** .12: the address of the repository whose run it was. */
  readonly source: string | null;
  /** .13: a full commit ID. */
  readonly revision: string | null;
  /** .14 */
  readonly ref: string | null;
  /** .15 */
  readonly sourceId: string | null;
  /** .18: the workflow that began the run. */
  readonly config: string | null;
  /** .20: the event. */
  readonly trigger: string | null;
  /** .21: the address of the run. */
  readonly run: string | null;
  /** .22 */
  readonly visibility: string | null;
  /** .23 */
  readonly environment: string | null;
}

const ARC = '1.3.6.1.4.1.57264.1.';
const EXTENSIONS: Readonly<Record<keyof Identity, number>> = {
  issuer: 8,
  signer: 9,
  signerDigest: 10,
  runner: 11,
  source: 12,
  revision: 13,
  ref: 14,
  sourceId: 15,
  config: 18,
  trigger: 20,
  run: 21,
  visibility: 22,
  environment: 23,
};

export const SERVER = 'https://github.com';
/** Who may have issued the token that the certificate is made from: the public one, or that of an enterprise. */
export const TOKEN_ISSUER = /^https:\/\/token\.actions\.githubusercontent\.com(\/[A-Za-z0-9-]+)?$/;
/** The organisation of the authorities of each instance of Sigstore that is known. */
export const PUBLIC_INSTANCE = 'sigstore.dev';
export const OWN_INSTANCE = 'GitHub, Inc.';
export type Instance = typeof PUBLIC_INSTANCE | typeof OWN_INSTANCE;

/** How a build comes to have signed provenance, behind "Let the build run". */
export const HOW_TO_SIGN = 'actions/attest with subject-digest of this image and push-to-registry: true';

export function isInstance(text: unknown): text is Instance {
  return text === PUBLIC_INSTANCE || text === OWN_INSTANCE;
}

/** An extension as the certificate has it. */
export interface Extension {
  /** Dotted. */
  readonly oid: string;
  /** The content of its octet string. */
  readonly value: Uint8Array;
}

/** @throws AssertImageError `malformed` for an extension that occurs twice or is no text, or where issuer or signer is missing */
export function readIdentity(extensions: readonly Extension[]): Identity {
  const entries = Object.entries(EXTENSIONS).map(([name, number]) => [name, textOf(extensions, number)]);
  const identity = Object.fromEntries(entries) as Record<keyof Identity, string | null>;
  const { issuer, signer } = identity;
  if (issuer === null || signer === null) {
    throw new AssertImageError('malformed', 'the certificate does not say which workflow it was issued to.', {
      hint: 'Certificates of people and of other services, and those of releases, have no such names.',
    });
  }
  return { ...identity, issuer, signer };
}

function textOf(extensions: readonly Extension[], number: number): string | null {
  const [first, ...others] = extensions.filter(({ oid }) => oid === `${ARC}${number}`);
  if (first === undefined) return null;
  const text = others.length === 0 ? readUtf8String(first.value) : null;
  if (text !== null) return text;
  throw new AssertImageError('malformed', `the certificate's extension ${ARC}${number} is not one text.`);
}

/** A file of a repository, at a ref: `https://github.com/owner/name/.github/workflows/file.yml@refs/heads/main`. */
export interface WorkflowFile {
  /** `owner/name` */
  readonly repository: string;
  readonly path: string;
  /** `refs/…` or a commit ID; as it stands. */
  readonly ref: string;
}

const REPOSITORY = '[A-Za-z0-9_-]+/[A-Za-z0-9._-]+';
const FILE = '\\.github/workflows/[^/@\\s]+\\.ya?ml';
const REF = 'refs/[^\\s]+|[0-9a-f]{40}|[0-9a-f]{64}';
const WORKFLOW = new RegExp(`^(${REPOSITORY})/(${FILE})@(${REF})$`);

/** Parsed whole; null for any other text. */
export function parseWorkflowFile(uri: string): WorkflowFile | null {
  const match = uri.startsWith(`${SERVER}/`) ? WORKFLOW.exec(uri.slice(SERVER.length + 1)) : null;
  return match && { repository: match[1] as string, path: match[2] as string, ref: match[3] as string };
}

/** `owner/name/.github/workflows/file.yml`, with a ref behind it or without; null for any other text. */
export function parseNamedWorkflow(text: string): (Omit<WorkflowFile, 'ref'> & { readonly ref: string | null }) | null {
  const match = new RegExp(`^(${REPOSITORY})/(${FILE})(?:@(${REF}))?$`).exec(text);
  return match && { repository: match[1] as string, path: match[2] as string, ref: match[3] ?? null };
}

export function isRepositoryName(text: string): boolean {
  // A name of dots alone would be another path.
  return new RegExp(`^${REPOSITORY}$`).test(text) && !/\/\.{1,2}$/.test(text);
}
