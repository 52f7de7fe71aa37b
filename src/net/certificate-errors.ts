/** Of a certificate for another name, as Node hands it over. */
export interface NamedCertificate {
  readonly subjectaltname?: string;
}

/** What is wrong with a certificate, and what to do. */
interface Fault {
  readonly text: string;
  readonly hint: string;
}

/** Certificates that our roots do not know. Source: nodejs.org/api/tls.html, X509 certificate error codes. */
const UNKNOWN_ISSUER = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** By `code` of Node's errors; null where they are about something else. */
export function certificateFault(code: string, cert: NamedCertificate | undefined, host: string): Fault | null {
  if (UNKNOWN_ISSUER.has(code)) {
    return {
      text: `its certificate is signed by an authority that is not known here (${code})`,
      hint: 'Name the PEM file of that authority in ca-file.',
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return {
      text: `its certificate is valid for ${namesOf(cert)}, not for ${host}`,
      hint: 'Use a name that the certificate has, or give the server a certificate for this one.',
    };
  }
  if (!/^(CERT_|ERR_TLS_)/.test(code)) return null;
  const text = CERTIFICATE_FAULTS[code] ?? `its certificate is rejected (${code})`;
  return { text, hint: 'Renew the certificate on the server; is the clock of this machine right?' };
}

const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
};

/** `DNS:a.example, IP Address:127.0.0.1` as a server wrote it: what is no name is left out. */
function namesOf(cert: NamedCertificate | undefined): string {
  const names = (cert?.subjectaltname ?? '').split(/, */).map((name) => name.replace(/^(DNS|IP Address):/, ''));
  const plain = names.filter((name) => /^[A-Za-z0-9.*:-]{1,100}$/.test(name));
  return plain.slice(0, 3).join(', ') || 'another name';
}
