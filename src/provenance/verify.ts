import { toSignedEntity, Verifier } from '@sigstore/verify';
import { AssertImageError } from '../base/errors.ts';
import { quoteOrCount } from '../base/shorten.ts';
import type { Bundle } from './bundle.ts';
import { readOnlyUri } from './der.ts';
import { type Extension, type Identity, type Instance, isInstance, OWN_INSTANCE, readIdentity } from './identity.ts';
import type { Statement } from './statement.ts';
import { organisationOf, type TrustedRoot, type TrustedRoots } from './trusted-root.ts';

/** A statement whose signature was verified, and who signed it. What it says is still its signer's word. */
export interface Attestation {
  readonly instance: Instance;
  readonly identity: Identity;
  /** Without its predicate, which is the workflow's word, decides nothing, and may have megabytes. */
  readonly statement: Omit<Statement, 'predicate'>;
}

const SUBJECT_ALT_NAME = '2.5.29.17';

/**
 * Verifies a bundle offline, against one root, with the policy of that root: the issuer of its certificate chooses both.
 * Never a merged root: a certificate of the public instance that was never logged would pass by the other's policy.
 *
 * @throws AssertImageError `malformed`, or `unsupported` where no root is known for its issuer
 */
export function verifyBundle(bundle: Bundle, roots: TrustedRoots): Attestation {
  const issuer = organisationOf(bundle.certificate, 'issuer');
  const root = isInstance(issuer) ? roots.get(issuer) : undefined;
  if (root === undefined) throw unknownIssuerError(issuer);
  assertPolicy(bundle, root);
  const signer = verified(bundle, root);
  const extensions = (signer.identity?.oids ?? []).map(({ oid, value }): Extension => ({
    oid: oid?.id.join('.') ?? '',
    value,
  }));
  const identity = readIdentity(extensions);
  assertName(extensions, signer.identity?.subjectAlternativeName, identity);
  const { predicateType, subjects } = bundle.statement;
  return { instance: root.instance, identity, statement: { predicateType, subjects } };
}

/** What the library does not count by itself: its threshold of timestamps counts those of logs, too. */
function assertPolicy({ timestamps, logEntries }: Bundle, { instance, hasLogs }: TrustedRoot): void {
  if (instance !== OWN_INSTANCE) return;
  if (timestamps === 0) throw new AssertImageError('malformed', 'no timestamp authority says when it was signed.');
  if (logEntries > 0 || hasLogs)
    throw new AssertImageError('malformed', `it comes with a transparency log, which ${instance} does not keep.`);
}

/** Of the public instance: a log entry, a certificate that was logged, and a time. Of the other: a time. */
function thresholdsOf({ instance }: TrustedRoot): { tlogThreshold: number; ctlogThreshold: number } {
  return instance === OWN_INSTANCE ? { tlogThreshold: 0, ctlogThreshold: 0 } : { tlogThreshold: 1, ctlogThreshold: 1 };
}

/** What the library says is shown whole or not at all: a secret that is cut could no longer be recognised. */
const MAX_REASON_CHARS = 200;

function verified({ message: bundle }: Bundle, root: TrustedRoot): ReturnType<Verifier['verify']> {
  try {
    const verifier = new Verifier(root.material, { ...thresholdsOf(root), timestampThreshold: 1 });
    return verifier.verify(toSignedEntity(bundle));
  } catch (cause) {
    // Of the library's own classes, and TypeError and SyntaxError of what it parses.
    const message = cause instanceof Error ? cause.message : '';
    const seen = message.length <= MAX_REASON_CHARS ? ` (${message || 'unknown'})` : '';
    throw new AssertImageError('malformed', `its signature does not hold${seen}.`, { cause });
  }
}

/** The only name of the certificate is an address, and that of the signer. */
function assertName(extensions: readonly Extension[], byLibrary: string | undefined, { signer }: Identity): void {
  const [name, ...others] = extensions.filter(({ oid }) => oid === SUBJECT_ALT_NAME);
  const uri = name && others.length === 0 ? readOnlyUri(name.value) : null;
  if (byLibrary === signer && uri === signer) return;
  throw new AssertImageError('malformed', 'the name of its certificate is not that of the workflow that signed.');
}

function unknownIssuerError(issuer: string | undefined): AssertImageError {
  const isOwn = issuer === OWN_INSTANCE;
  const name = quoteOrCount(issuer ?? 'no organisation', MAX_REASON_CHARS);
  return new AssertImageError(
    'unsupported',
    `it is signed by an instance that is not known here (${name}).`,
    isOwn
      ? {
          hint: 'That instance signs for private repositories. Give its root: "gh attestation trusted-root > trusted-root.jsonl", and trusted-root: trusted-root.jsonl.',
        }
      : {},
  );
}
