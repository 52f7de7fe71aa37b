/** What a verified signature is: every row is a bundle that must not pass, beside one that does. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readBundle } from '../../src/provenance/bundle.ts';
import { parseTrustedRoots, type TrustedRoots } from '../../src/provenance/trusted-root.ts';
import { type Attestation, verifyBundle } from '../../src/provenance/verify.ts';
import { SIGNER, SigningInstance, type SignOptions } from '../support/signing.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
let pub: SigningInstance;
let own: SigningInstance;
let stranger: SigningInstance;
let strangerOwn: SigningInstance;
let roots: TrustedRoots;

beforeAll(async () => {
  pub = await SigningInstance.start();
  own = await SigningInstance.start('GitHub, Inc.');
  stranger = await SigningInstance.start();
  strangerOwn = await SigningInstance.start('GitHub, Inc.');
  roots = parseTrustedRoots(`${pub.trustedRoot()}\n${own.trustedRoot()}`, 'roots');
});

type Json = Record<string, unknown>;
const verify = (bundle: unknown, by: TrustedRoots = roots): Attestation => verifyBundle(readBundle(bundle), by);
const at = (bundle: Json, ...path: (string | number)[]): Json =>
  path.reduce<Json>((value, key) => (value as Record<string | number, Json>)[key] as Json, bundle);
const material = (bundle: Json): Json => at(bundle, 'verificationMaterial');

describe('a bundle that holds', () => {
  test('of the public instance, with log and SCT', async () => {
    const { identity, statement, instance } = verify(await pub.sign(DIGEST));
    expect(instance).toBe('sigstore.dev');
    expect(identity.signer).toBe(SIGNER);
    expect(statement.subjects).toEqual(['ab'.repeat(32)]);
  });
  test('of the other, with a timestamp', async () => {
    expect(verify(await own.sign(DIGEST)).instance).toBe('GitHub, Inc.');
  });
  test('the public one with a timestamp besides', async () => {
    expect(verify(await pub.sign(DIGEST, { withTimestamp: true })).instance).toBe('sigstore.dev');
  });
});

describe('by the library, whose policy we choose', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['another authority of the same organisation', () => stranger.sign(DIGEST)],
    ['the same, of the other instance', () => strangerOwn.sign(DIGEST)],
    ['no log', () => pub.sign(DIGEST, { withLog: false, withTimestamp: true })],
    ['no SCT', () => pub.sign(DIGEST, { withSct: false })],
    ['no time', () => own.sign(DIGEST, { withTimestamp: false })],
    ['a certificate that had expired', () => pub.sign(DIGEST, { validMs: -500 })],
    ['the same by the clock', () => own.sign(DIGEST, { validMs: -500 })],
  ])('%s', async (_, sign) => {
    const bundle = await sign();
    expect(() => verify(bundle)).toThrow(/signature does not hold|no timestamp authority/);
  });

  test.each<[string, (bundle: Json, other: Json) => void]>([
    ['the payload of another', (a, b) => (at(a, 'dsseEnvelope')['payload'] = at(b, 'dsseEnvelope')['payload'])],
    ['the signature of another', (a, b) => (at(a, 'dsseEnvelope')['signatures'] = at(b, 'dsseEnvelope')['signatures'])],
    ['the certificate of another', (a, b) => (material(a)['certificate'] = material(b)['certificate'])],
    ['the log entry of another', (a, b) => (material(a)['tlogEntries'] = material(b)['tlogEntries'])],
    [
      'a log entry twice',
      (a) =>
        (material(a)['tlogEntries'] = [
          at(a, 'verificationMaterial', 'tlogEntries', 0),
          at(a, 'verificationMaterial', 'tlogEntries', 0),
        ]),
    ],
    [
      'a log that is not known',
      (a) =>
        (at(a, 'verificationMaterial', 'tlogEntries', 0)['logId'] = { keyId: Buffer.alloc(32).toString('base64') }),
    ],
    [
      'a log entry without a promise and proof',
      (a) => {
        const entry = at(a, 'verificationMaterial', 'tlogEntries', 0);
        delete entry['inclusionPromise'];
      },
    ],
  ])('%s', async (_, forge) => {
    const [a, b] = [await pub.sign(DIGEST), await pub.sign(`sha256:${'cd'.repeat(32)}`)];
    forge(a, b);
    expect(() => verify(a)).toThrow();
  });

  test('the timestamp of another', async () => {
    const [a, b] = [await own.sign(DIGEST), await own.sign(`sha256:${'cd'.repeat(32)}`)];
    material(a)['timestampVerificationData'] = material(b)['timestampVerificationData'];
    expect(() => verify(a)).toThrow('signature does not hold');
  });

  test('another clock, another log, an authority whose time is over', async () => {
    const bundle = await own.sign(DIGEST);
    const other = JSON.parse(own.trustedRoot()) as Json;
    other['timestampAuthorities'] = (JSON.parse(strangerOwn.trustedRoot()) as Json)['timestampAuthorities'];
    expect(() => verify(bundle, parseTrustedRoots(JSON.stringify(other), 'r'))).toThrow('signature does not hold');
    const logged = await pub.sign(DIGEST);
    for (const name of ['tlogs', 'ctlogs']) {
      const root = {
        ...(JSON.parse(pub.trustedRoot()) as Json),
        [name]: (JSON.parse(stranger.trustedRoot()) as Json)[name],
      };
      expect(() => verify(logged, parseTrustedRoots(JSON.stringify(root), 'r'))).toThrow('signature does not hold');
    }
    const ended = pub.trustedRoot({ ends: new Date('2020-02-01T00:00:00Z') });
    expect(() => verify(logged, parseTrustedRoots(ended, 'r'))).toThrow('signature does not hold');
  });
});

describe('by us', () => {
  test('a certificate of the public instance that was never logged does not pass by the other policy', async () => {
    const bundle = await pub.sign(DIGEST, { withLog: false, withSct: false, withTimestamp: true });
    expect(() => verify(bundle)).toThrow('signature does not hold');
    // Nor if it names the other as its issuer.
    const posing = await pub.sign(DIGEST, {
      withLog: false,
      withSct: false,
      withTimestamp: true,
      issuer: 'CN=test,O=GitHub\\, Inc.',
    });
    expect(() => verify(posing)).toThrow('signature does not hold');
  });

  test('a log entry, and a root with logs, are refused for the instance that keeps none', async () => {
    const bundle = await own.sign(DIGEST, { withLog: true });
    expect(() => verify(bundle)).toThrow('it comes with a transparency log');
    // Its time alone is none: the library would count it.
    const noClock = await own.sign(DIGEST, { withLog: true, withTimestamp: false });
    expect(() => verify(noClock)).toThrow('no timestamp authority says when it was signed');
    expect(() => parseTrustedRoots(own.trustedRoot({ withLog: true }), 'r')).toThrow('keeps no transparency log');
  });

  test.each<[string, SignOptions, string]>([
    ['another organisation', { issuer: 'CN=x,O=sigstore.evil' }, '"sigstore.evil"'],
    ['none', { issuer: 'CN=x' }, '"no organisation"'],
    ['two', { issuer: 'CN=x,O=sigstore.dev,O=GitHub\\, Inc.' }, '"no organisation"'],
  ])('an issuer of %s is not known', async (_, options, text) => {
    const bundle = await pub.sign(DIGEST, options);
    expect(() => verify(bundle)).toThrow(`signed by an instance that is not known here (${text})`);
  });

  test('an instance whose root is not given', async () => {
    const bundle = await own.sign(DIGEST);
    expect(() => verify(bundle, parseTrustedRoots(pub.trustedRoot(), 'r'))).toThrow('not known here');
  });

  test.each<[string, SignOptions]>([
    ['another address', { names: [{ type: 'url', value: `${SIGNER}x` }] }],
    [
      'a second address',
      {
        names: [
          { type: 'url', value: SIGNER },
          { type: 'url', value: 'https://evil.example' },
        ],
      },
    ],
    [
      'a mail address besides',
      {
        names: [
          { type: 'url', value: SIGNER },
          { type: 'email', value: 'a@b.example' },
        ],
      },
    ],
    [
      'a host besides',
      {
        names: [
          { type: 'url', value: SIGNER },
          { type: 'dns', value: 'evil.example' },
        ],
      },
    ],
    ['a mail address alone', { names: [{ type: 'email', value: 'a@b.example' }] }],
    ['none', { names: [] }],
  ])('a certificate whose name is %s', async (_, options) => {
    const bundle = await pub.sign(DIGEST, options);
    expect(() => verify(bundle)).toThrow('the name of its certificate is not that of the workflow that signed');
  });

  test.each<[string, SignOptions, string]>([
    ['no issuer', { extensions: { 8: null } }, 'does not say which workflow'],
    ['no signer', { extensions: { 9: null }, names: [{ type: 'url', value: SIGNER }] }, 'does not say which workflow'],
    ['two commits', { extensions: { 13: ['a', 'b'] } }, '1.3.6.1.4.1.57264.1.13 is not one text'],
    ['the same twice', { extensions: { 20: ['push', 'push'] } }, '57264.1.20 is not one text'],
    [
      'a text without its tag',
      { extensions: { 13: new Uint8Array(Buffer.from('x'.repeat(40))) } },
      '1.13 is not one text',
    ],
    ['another kind of string', { extensions: { 13: new Uint8Array([0x13, 1, 0x61]) } }, '1.13 is not one text'],
    ['a text with bytes behind', { extensions: { 13: new Uint8Array([0x0c, 1, 0x61, 0x62]) } }, '1.13 is not one text'],
    ['a text that is cut', { extensions: { 13: new Uint8Array([0x0c, 2, 0x61]) } }, '1.13 is not one text'],
    ['a text that is no UTF-8', { extensions: { 13: new Uint8Array([0x0c, 1, 0xff]) } }, '1.13 is not one text'],
  ])('a certificate with %s', async (_, options, text) => {
    const bundle = await pub.sign(DIGEST, options);
    expect(() => verify(bundle)).toThrow(text);
  });
});

describe('a bundle that is not read', () => {
  const read = async (change: (bundle: Json) => void, options: SignOptions = {}): Promise<unknown> => {
    const bundle = await pub.sign(DIGEST, options);
    change(bundle);
    return readBundle(bundle);
  };
  test('another payload type, two signatures, none', async () => {
    await expect(read(() => {}, { payloadType: 'application/json' })).rejects.toThrow('not one signature of');
    const two = (bundle: Json): void => {
      const envelope = at(bundle, 'dsseEnvelope');
      const [first] = envelope['signatures'] as unknown[];
      envelope['signatures'] = [first, first];
    };
    await expect(read(two)).rejects.toThrow();
    await expect(read((bundle) => (at(bundle, 'dsseEnvelope')['signatures'] = []))).rejects.toThrow();
  });
  test('a signature of the image itself, or by a key', async () => {
    const plain = (bundle: Json): void => {
      delete bundle['dsseEnvelope'];
      bundle['messageSignature'] = {
        messageDigest: { algorithm: 'SHA2_256', digest: Buffer.alloc(32, 1).toString('base64') },
        signature: 'AAAA',
      };
    };
    await expect(read(plain)).rejects.toThrow('it signs the image itself, and no statement about it');
    const byKey = (bundle: Json): void => {
      delete material(bundle)['certificate'];
      material(bundle)['publicKey'] = { hint: 'x' };
    };
    await expect(read(byKey)).rejects.toThrow('the signature is by a key, which is not read here');
  });
  test('more than eight log entries, or more than eight timestamps', async () => {
    const many =
      (name: string, count: number) =>
      (bundle: Json): void => {
        if (name === 'log') {
          const [entry] = material(bundle)['tlogEntries'] as unknown[];
          material(bundle)['tlogEntries'] = Array.from({ length: count }, () => entry);
        } else {
          const stamps = Array.from({ length: count }, () => ({ signedTimestamp: 'AAAA' }));
          material(bundle)['timestampVerificationData'] = { rfc3161Timestamps: stamps };
        }
      };
    for (const name of ['log', 'time']) {
      await expect(read(many(name, 9))).rejects.toThrow('more than 8 log entries or timestamps');
      await expect(read(many(name, 8))).resolves.toBeDefined();
    }
  });
  test('a chain of certificates, as bundles of v0.2 have it', async () => {
    const bundle = await pub.sign(DIGEST);
    bundle['mediaType'] = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
    material(bundle)['x509CertificateChain'] = { certificates: [material(bundle)['certificate']] };
    delete material(bundle)['certificate'];
    expect(verify(bundle).identity.signer).toBe(SIGNER);
  });
  test('two that differ in signature, payload or certificate are two', async () => {
    const bundle = await pub.sign(DIGEST);
    const { hash } = readBundle(bundle);
    expect(readBundle(structuredClone(bundle)).hash).toBe(hash);
    const other = await pub.sign(DIGEST);
    const swaps: ((copy: Json) => void)[] = [
      (copy) => (at(copy, 'dsseEnvelope')['signatures'] = at(other, 'dsseEnvelope')['signatures']),
      (copy) => (material(copy)['certificate'] = material(other)['certificate']),
    ];
    for (const swap of swaps) {
      const copy = structuredClone(bundle);
      swap(copy);
      expect(readBundle(copy).hash).not.toBe(hash);
    }
  });
  test('a statement that is no strict JSON', async () => {
    const payload = '{"_type":"https://in-toto.io/Statement/v1","subject":[],"subject":[]}';
    await expect(read(() => {}, { payload })).rejects.toThrow('subject');
    await expect(read(() => {}, { payload: 'no' })).rejects.toThrow('its statement');
  });
});
