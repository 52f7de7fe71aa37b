import { beforeAll, describe, expect, test } from 'vitest';
import { AssertImageError, type ErrorCode } from '../../src/base/errors.ts';
import embedded from '../../src/provenance/public-root.json' with { type: 'json' };
import { type EmbeddedRoot, refreshPublicRoot } from '../../src/provenance/public-root.ts';
import { parseTrustedRoot, parseTrustedRoots } from '../../src/provenance/trusted-root.ts';
import { SigningInstance } from '../support/signing.ts';
import { TestTuf } from '../support/tuf.ts';

const FETCHED = '2026-11-01T00:00:00.000Z';
const NOW = new Date('2026-11-20T00:00:00Z');
let content: Buffer;
let own: SigningInstance;
beforeAll(async () => {
  content = Buffer.from((await SigningInstance.start()).trustedRoot());
  own = await SigningInstance.start('GitHub, Inc.');
});

const startOf = (tuf: TestTuf, trustedRoot: Uint8Array = content): EmbeddedRoot => ({
  fetchedAt: FETCHED,
  versions: null,
  root: Buffer.from(tuf.firstRoot).toString('base64'),
  trustedRoot: Buffer.from(trustedRoot).toString('base64'),
});

describe('the root of the public instance', () => {
  test('refreshed: as of now', async () => {
    const tuf = new TestTuf(content);
    const { roots, date, notices } = await refreshPublicRoot(tuf, NOW, startOf(tuf));
    expect([...roots.keys()]).toEqual(['sigstore.dev']);
    expect({ date, notices }).toEqual({ date: NOW.toISOString(), notices: [] });
  });

  test.each<ErrorCode>(['unreachable', 'timeout', 'unavailable', 'rate-limited', 'tls', 'denied'])(
    '%s: the one that is embedded, with a notice that says of when',
    async (code) => {
      const tuf = new TestTuf(content);
      tuf.failure = new AssertImageError(code, 'it is away.', { hint: undefined });
      const { roots, date, notices } = await refreshPublicRoot(tuf, NOW, startOf(tuf));
      expect(roots.size).toBe(1);
      expect(date).toBe(FETCHED);
      expect(notices).toEqual([
        "Sigstore's trusted root could not be refreshed (it is away); that of 2026-11-01 was used.",
      ]);
    },
  );

  test('180 days will do, 181 are too many', async () => {
    const tuf = new TestTuf(content);
    tuf.failure = new AssertImageError('unreachable', 'it is away.');
    const after = (days: number): Date => new Date(Date.parse(FETCHED) + days * 24 * 60 * 60 * 1000);
    expect((await refreshPublicRoot(tuf, after(180), startOf(tuf))).date).toBe(FETCHED);
    await expect(refreshPublicRoot(tuf, after(181), startOf(tuf))).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('is 181 days old: it is away.') as string,
    });
  });

  test('what is not to be trusted is an error, and no older root is used', async () => {
    for (const forged of ['timestamp', 'snapshot', 'targets'] as const) {
      const tuf = new TestTuf(content, { forged });
      await expect(refreshPublicRoot(tuf, NOW, startOf(tuf))).rejects.toMatchObject({ code: 'protocol' });
    }
  });

  test('nor is one of another instance', async () => {
    const tuf = new TestTuf(Buffer.from(own.trustedRoot()));
    await expect(refreshPublicRoot(tuf, NOW, startOf(tuf))).rejects.toMatchObject({ code: 'protocol' });
  });

  test('the one that this release carries: real, dated, and signed by itself', async () => {
    expect(Date.parse(embedded.fetchedAt)).toBeGreaterThan(Date.parse('2026-11-01'));
    const away = { fetch: () => Promise.reject(new AssertImageError('unreachable', 'away.')) };
    const { roots } = await refreshPublicRoot(away, new Date(embedded.fetchedAt));
    expect(roots.get('sigstore.dev')?.hasLogs).toBe(true);
    const root = JSON.parse(Buffer.from(embedded.root, 'base64').toString()) as {
      signed: { _type: string; version: number };
    };
    expect(root.signed).toMatchObject({ _type: 'root', version: 16 });
  });
});

describe('a file of trusted roots', () => {
  let pub: SigningInstance;
  beforeAll(async () => void (pub = await SigningInstance.start()));

  test('one document a line, at most one for each instance', () => {
    const roots = parseTrustedRoots(`\n${pub.trustedRoot()}\r\n\n${own.trustedRoot()}\n`, 'f');
    expect([...roots.values()].map(({ instance, hasLogs }) => [instance, hasLogs])).toEqual([
      ['sigstore.dev', true],
      ['GitHub, Inc.', false],
    ]);
    expect(() => parseTrustedRoots(`${pub.trustedRoot()}\n${pub.trustedRoot()}`, 'f')).toThrow(
      'f, line 2: it is the second root of sigstore.dev.',
    );
  });

  test.each<[string, string, string]>([
    ['nothing', '\n \n', 'f: it holds no trusted root'],
    ['no JSON', 'x', 'f, line 1'],
    ['another document', '{"a":1}', 'of none'],
    ['a list', '[]', 'f, line 1'],
  ])('%s', (_, text, message) => expect(() => parseTrustedRoots(text, 'f')).toThrow(message));

  test('authorities of another organisation, or of two', async () => {
    const stranger = await SigningInstance.start('Example');
    expect(() => parseTrustedRoots(stranger.trustedRoot(), 'f')).toThrow('they are of "Example"');
    const merged = JSON.parse(pub.trustedRoot()) as { certificateAuthorities: unknown[] };
    const other = JSON.parse(own.trustedRoot()) as { certificateAuthorities: unknown[] };
    merged.certificateAuthorities.push(...other.certificateAuthorities);
    expect(() => parseTrustedRoots(JSON.stringify(merged), 'f')).toThrow('they are of "sigstore.dev", "GitHub, Inc."');
  });

  test('a certificate or key that cannot be read', () => {
    const broken = JSON.parse(pub.trustedRoot()) as { tlogs: { publicKey: { rawBytes: string } }[] };
    (broken.tlogs[0] as { publicKey: { rawBytes: string } }).publicKey.rawBytes = 'AAAA';
    expect(() => parseTrustedRoot(Buffer.from(JSON.stringify(broken)), 'it')).toThrow('it holds a key or certificate');
  });
});
