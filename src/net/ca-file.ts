import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { AssertImageError } from '../base/errors.ts';
import { readRegularFile } from '../base/read-file.ts';

/** All authorities of a distribution together have 0.3 MB. */
const MAX_CA_FILE_BYTES = 4 * 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The authorities of a PEM file beside the default ones; the default ones for no file. They are
 * parsed at the first call of what is returned, once for every connection of the run.
 *
 * @throws AssertImageError `input`
 */
export function readCaFile(file: string): () => SecureContext {
  const certificates = file === '' ? null : readCertificates(file);
  let context: SecureContext | undefined;
  // One text is read in half the time of a list.
  return () =>
    (context ??= createSecureContext(
      certificates === null ? {} : { ca: [...getCACertificates('default'), ...certificates].join('\n') },
    ));
}

function readCertificates(file: string): string[] {
  const certificates = readText(file).match(CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw caFileError(file, 'it holds no certificate in PEM form, or one that cannot be read');
  }
  return certificates;
}

function readText(file: string): string {
  try {
    return readRegularFile(file, MAX_CA_FILE_BYTES).toString('utf8');
  } catch (error) {
    throw caFileError(file, `it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}

function caFileError(file: string, reason: string): AssertImageError {
  return new AssertImageError('input', `ca-file: ${JSON.stringify(file)}: ${reason}.`, {
    hint: 'Name a file that begins with -----BEGIN CERTIFICATE-----, by its path from the workspace.',
  });
}
