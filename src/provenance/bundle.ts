import { createHash } from 'node:crypto';
import { type Bundle as BundleMessage, bundleFromJSON } from '@sigstore/bundle';
import { AssertImageError } from '../base/errors.ts';
import { parseStatement, type Statement } from './statement.ts';

/** A Sigstore bundle with a signed statement, not yet verified. */
export interface Bundle {
  readonly message: BundleMessage;
  /** DER of the certificate that it is signed with. */
  readonly certificate: Uint8Array;
  /** Entries of transparency logs. */
  readonly logEntries: number;
  /** Timestamps of RFC 3161. */
  readonly timestamps: number;
  readonly statement: Statement;
  /** A hash of signature, payload and certificate: the same for a bundle that was found twice. */
  readonly hash: string;
}

/** Real ones have one. The library compares each with each, before it verifies any. */
const MAX_PROOFS = 8;
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** @param value the bundle's JSON @throws AssertImageError `malformed`, `ambiguous` or `unsupported` (keys, plain signatures) */
export function readBundle(value: unknown): Bundle {
  const message = parseMessage(value);
  const { content, verificationMaterial } = message;
  if (content.$case !== 'dsseEnvelope')
    throw new AssertImageError('unsupported', 'it signs the image itself, and no statement about it.');
  const { payload, payloadType, signatures } = content.dsseEnvelope;
  if (signatures.length !== 1 || payloadType !== PAYLOAD_TYPE)
    throw new AssertImageError('malformed', `its envelope is not one signature of ${PAYLOAD_TYPE}.`);
  const certificate = certificateOf(verificationMaterial);
  const logEntries = verificationMaterial.tlogEntries.length;
  const timestamps = verificationMaterial.timestampVerificationData?.rfc3161Timestamps.length ?? 0;
  if (logEntries > MAX_PROOFS || timestamps > MAX_PROOFS)
    throw new AssertImageError('malformed', `it has more than ${MAX_PROOFS} log entries or timestamps.`);
  return {
    message,
    certificate,
    logEntries,
    timestamps,
    statement: parseStatement(payload, 'its statement'),
    hash: createHash('sha256')
      .update(signatures[0]?.sig ?? '')
      .update(payload)
      .update(certificate)
      .digest('hex'),
  };
}

function parseMessage(value: unknown): BundleMessage {
  try {
    return bundleFromJSON(value);
  } catch (cause) {
    throw new AssertImageError('malformed', 'it cannot be read as a Sigstore bundle.', { cause });
  }
}

function certificateOf({ content }: BundleMessage['verificationMaterial']): Uint8Array {
  switch (content.$case) {
    case 'certificate':
      return content.certificate.rawBytes;
    case 'x509CertificateChain':
      return content.x509CertificateChain.certificates[0]?.rawBytes ?? new Uint8Array();
    case 'publicKey':
      throw new AssertImageError('unsupported', 'the signature is by a key, which is not read here.');
  }
}
