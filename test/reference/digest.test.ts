import { describe, expect, test } from 'vitest';
import { algorithmOf, digestOf, parseDigest, tryParseDigest } from '../../src/reference/digest.ts';

describe('digests (catalogue 1.8, M-33)', () => {
  test.each([
    ['upper-case hex', `sha256:${'A'.repeat(64)}`, 'lower-case'],
    ['one digit short', `sha256:${'a'.repeat(63)}`, 'hex digits, and this one has'],
    ['one digit long', `sha256:${'a'.repeat(65)}`, 'hex digits, and this one has'],
    ['sha512 with the length of sha256', `sha512:${'a'.repeat(64)}`, 'hex digits, and this one has'],
    ['sha384', `sha384:${'a'.repeat(96)}`, 'unsupported digest algorithm'],
    ['a path in place of digits (CVE-2024-3727)', `sha256:../../${'a'.repeat(58)}`, '0-9 and lower-case a-f only'],
    ['an inherited name', `constructor:${'a'.repeat(64)}`, 'unsupported digest algorithm'],
    ['no algorithm', 'a'.repeat(64), 'is not a digest'],
    ['nothing', '', 'is not a digest'],
  ])('%s is refused', (_, text, message) => {
    expect(() => parseDigest(text)).toThrow(message);
    expect(tryParseDigest(text)).toBeNull();
  });

  test.each(['sha256', 'sha512'] as const)('%s of bytes', (algorithm) => {
    const digest = digestOf(Buffer.from('{}'), algorithm);
    expect(parseDigest(digest)).toBe(digest);
    expect(algorithmOf(digest)).toBe(algorithm);
  });

  test('the digest of the empty JSON object is the one in the image specification', () => {
    expect(digestOf(Buffer.from('{}'))).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
