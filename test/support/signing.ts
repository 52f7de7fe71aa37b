/**
 * An instance of Sigstore in this process: a certificate authority of its own, with the logs and the clock of
 * @sigstore/mock. What it signs verifies against {@link SigningInstance.trustedRoot}; each part can be left out or forged.
 */
import 'reflect-metadata';
import { createHash, createSign, generateKeyPairSync, type KeyObject, type webcrypto as Subtle } from 'node:crypto';
import { Crypto } from '@peculiar/webcrypto';
import * as x509 from '@peculiar/x509';
import { initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import * as asn1js from 'asn1js';
import { COMMIT } from './images.ts';

const webcrypto = new Crypto();
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
const ARC = '1.3.6.1.4.1.57264.1.';

/** What a certificate says, by the number of its extension; null leaves it out, a list writes it several times. */
type Extensions = Readonly<Record<number, string | readonly string[] | Uint8Array | null>>;

export const SIGNER = 'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main';
export const RUN = 'https://github.com/acme/app/actions/runs/1001/attempts/1';
export const REPOSITORY_ID = '1234567';

/** Of a push to the main branch of acme/app. */
const EXTENSIONS: Extensions = {
  8: 'https://token.actions.githubusercontent.com',
  9: SIGNER,
  10: COMMIT,
  11: 'github-hosted',
  12: 'https://github.com/acme/app',
  13: COMMIT,
  14: 'refs/heads/main',
  15: REPOSITORY_ID,
  16: 'https://github.com/acme',
  18: SIGNER,
  20: 'push',
  21: RUN,
  22: 'public',
};

export interface SignOptions {
  /** Laid over {@link EXTENSIONS}. */
  readonly extensions?: Extensions;
  /** The names of the certificate; absent: the signer of the extensions. */
  readonly names?: readonly x509.JsonGeneralName[];
  readonly predicateType?: string;
  readonly predicate?: unknown;
  readonly payloadType?: string;
  /** Laid over the statement. */
  readonly statement?: Record<string, unknown>;
  /** In place of the statement. */
  readonly payload?: string;
  readonly withLog?: boolean;
  readonly withSct?: boolean;
  readonly withTimestamp?: boolean;
  /** The issuer that its certificate names; absent: that of the authority. */
  readonly issuer?: string;
  /** When the certificate ends, from when it was signed. */
  readonly validMs?: number;
}

/** Whole seconds, for the clock of the mock fails at fractions of one; and later than its root certificates begin. */
const soon = (): Date => new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000);

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const newKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

export class SigningInstance {
  readonly organization: string;
  /** When everything is signed. */
  readonly #now: Date;
  readonly #authority: { readonly keys: Subtle.CryptoKeyPair; readonly certificate: x509.X509Certificate };
  readonly #ctLog: Awaited<ReturnType<typeof initializeCTLog>>;
  readonly #log: Awaited<ReturnType<typeof initializeTLog>>;
  readonly #clock: Awaited<ReturnType<typeof initializeTSA>>;

  private constructor(
    [organization, now]: [string, Date],
    authority: { readonly keys: Subtle.CryptoKeyPair; readonly certificate: x509.X509Certificate },
    [ctLog, log, clock]: [
      Awaited<ReturnType<typeof initializeCTLog>>,
      Awaited<ReturnType<typeof initializeTLog>>,
      Awaited<ReturnType<typeof initializeTSA>>,
    ],
  ) {
    this.organization = organization;
    this.#now = now;
    this.#authority = authority;
    this.#ctLog = ctLog;
    this.#log = log;
    this.#clock = clock;
  }

  static async start(organization = 'sigstore.dev'): Promise<SigningInstance> {
    const now = soon();
    const keys = (await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])) as Subtle.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: '01',
        name: nameOf(organization),
        notBefore: new Date(now.getTime() - 60_000),
        notAfter: new Date(now.getTime() + 3_600_000),
        signingAlgorithm: SIGNING,
        keys,
        extensions: [
          new x509.BasicConstraintsExtension(true, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.keyCertSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ],
      },
      webcrypto,
    );
    return new SigningInstance([organization, now], { keys, certificate }, [
      await initializeCTLog(newKeys(), now),
      await initializeTLog('https://rekor.sigstore.dev', newKeys(), now),
      await initializeTSA(newKeys(), now),
    ]);
  }

  /** As `gh attestation trusted-root` prints it, on one line. */
  trustedRoot({
    withLog = this.organization === 'sigstore.dev',
    withClock = true,
    ends = undefined as Date | undefined,
  } = {}): string {
    const validFor = { start: '2020-01-01T00:00:00.000Z', ...(ends ? { end: ends.toISOString() } : {}) };
    const logOf = (publicKey: Uint8Array): unknown => ({
      baseUrl: 'https://rekor.sigstore.dev',
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
      logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
    });
    const authorityOf = (...certificates: Uint8Array[]): unknown => ({
      subject: { organization: this.organization, commonName: 'test' },
      uri: 'https://authority.example',
      certChain: { certificates: certificates.map((bytes) => ({ rawBytes: base64(bytes) })) },
      validFor,
    });
    return JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: withLog ? [logOf(this.#log.publicKey)] : [],
      certificateAuthorities: [authorityOf(new Uint8Array(this.#authority.certificate.rawData))],
      ctlogs: withLog ? [logOf(this.#ctLog.publicKey)] : [],
      timestampAuthorities: withClock
        ? [authorityOf(bytesOf(this.#clock.intCertificate), bytesOf(this.#clock.rootCertificate))]
        : [],
    });
  }

  /** A bundle about these digests, as the public instance signs it: with log entry and SCT; or with a timestamp. */
  async sign(digests: string | readonly string[], options: SignOptions = {}): Promise<Record<string, unknown>> {
    const isPublic = this.organization === 'sigstore.dev';
    const { withLog = isPublic, withTimestamp = !isPublic, payloadType = 'application/vnd.in-toto+json' } = options;
    const keys = newKeys();
    const certificate = await this.#issue(keys.publicKey, options);
    const payload = Buffer.from(options.payload ?? JSON.stringify(statementOf([digests].flat(), options)));
    const preimage = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
      payload,
    ]);
    const signature = createSign('sha256').update(preimage).sign(keys.privateKey);
    const timestamp = withTimestamp ? await this.#timestamp(signature) : null;
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: withLog ? [await this.#entry(payload, signature, certificate)] : [],
        timestampVerificationData: { rfc3161Timestamps: timestamp ? [{ signedTimestamp: timestamp }] : [] },
      },
      dsseEnvelope: {
        payload: base64(payload),
        payloadType,
        signatures: [{ sig: base64(signature), keyid: '' }],
      },
    };
  }

  async #issue(publicKey: KeyObject, options: SignOptions): Promise<Uint8Array> {
    const extensions = { ...EXTENSIONS, ...options.extensions };
    const isPublic = this.organization === 'sigstore.dev';
    const key = await webcrypto.subtle.importKey(
      'spki',
      publicKey.export({ format: 'der', type: 'spki' }),
      P256,
      true,
      ['verify'],
    );
    const names = options.names ?? [{ type: 'url', value: String(extensions[9]) }];
    const { keys } = this.#authority;
    const template = {
      serialNumber: '11182004',
      notBefore: new Date(this.#now.getTime() - 1000),
      notAfter: new Date(this.#now.getTime() + (options.validMs ?? 600_000)),
      issuer: options.issuer ?? nameOf(this.organization),
      publicKey: key as never,
      signingAlgorithm: SIGNING,
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names as never, true)]),
        await x509.SubjectKeyIdentifierExtension.create(key as never, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ...Object.entries(extensions).flatMap(([number, value]) => extensionsOf(`${ARC}${number}`, value)),
      ],
    };
    const first = await x509.X509CertificateGenerator.create(template, webcrypto);
    if (!(options.withSct ?? isPublic)) return new Uint8Array(first.rawData);
    const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
    const sct = Buffer.from(
      await this.#ctLog.log(first.rawData, (await webcrypto.subtle.digest('SHA-256', spki)) as ArrayBuffer),
    );
    const list = Buffer.concat([Buffer.from([0, sct.length]), sct]);
    const value = new asn1js.OctetString({ valueHex: new Uint8Array(list) }).toBER(false);
    template.extensions.push(new x509.Extension('1.3.6.1.4.1.11129.2.4.2', false, value));
    return new Uint8Array((await x509.X509CertificateGenerator.create(template, webcrypto)).rawData);
  }

  async #entry(payload: Buffer, signature: Buffer, certificate: Uint8Array): Promise<unknown> {
    const verifier = base64(Buffer.from(new x509.X509Certificate(certificate as never).toString('pem')));
    const logged = await this.#log.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: '0'.repeat(64) },
        payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
        signatures: [{ signature: base64(signature), verifier }],
      },
    });
    const [entry] = Object.values(logged) as [
      {
        body: string;
        integratedTime: number;
        logID: string;
        logIndex: number;
        verification: {
          signedEntryTimestamp: string;
          inclusionProof: { checkpoint: string; rootHash: string; treeSize: number; logIndex: number };
        };
      },
    ];
    const { inclusionProof, signedEntryTimestamp } = entry.verification;
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(entry.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(inclusionProof.logIndex),
        rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
        treeSize: String(inclusionProof.treeSize),
        hashes: [],
        checkpoint: { envelope: inclusionProof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  }

  async #timestamp(signature: Buffer): Promise<string> {
    const artifactHash = createHash('sha256').update(signature).digest();
    const timestamp = await this.#clock.timestamp({
      artifactHash,
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: 1,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: false,
    });
    return base64(bytesOf(timestamp));
  }
}

function statementOf(digests: readonly string[], { predicateType, predicate, statement }: SignOptions): unknown {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: digests.map((digest) => ({ name: 'acme/app', digest: { sha256: digest.replace('sha256:', '') } })),
    predicateType: predicateType ?? 'https://slsa.dev/provenance/v1',
    predicate: predicate ?? {},
    ...statement,
  };
}

function extensionsOf(oid: string, value: Extensions[number]): x509.Extension[] {
  if (value === null || value === undefined) return [];
  if (value instanceof Uint8Array) return [new x509.Extension(oid, false, value)];
  return [value]
    .flat()
    .map((text) => new x509.Extension(oid, false, new asn1js.Utf8String({ value: text }).toBER(false)));
}

/** Each RDN by itself, for a comma in a name ends it. */
function nameOf(organization: string): string {
  return `CN=test,O=${organization.replaceAll(',', '\\,')}`;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
