import { createHash } from 'node:crypto';
import { AssertImageError } from '../base/errors.ts';

/** `algorithm:encoded`, checked: safe to stand in a URL or a file path (CVE-2024-3727). */
export type Digest = string & { readonly __brand: 'Digest' };

/** Hex digits by algorithm: those that the image specification registers and Node can compute. */
const ENCODED_LENGTH = { sha256: 64, sha512: 128 } as const;
export type Algorithm = keyof typeof ENCODED_LENGTH;

/**
 * Reads a digest.
 * Source: opencontainers/image-spec descriptor.md, Digests (upper-case hex MUST NOT be used).
 *
 * @throws AssertImageError `input` that says which of algorithm, length or digits is wrong.
 */
export function parseDigest(text: string): Digest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, Math.max(colon, 0));
  const encoded = text.slice(colon + 1);
  if (colon === -1) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a digest.`, {
      hint: 'Write sha256: and 64 hex digits.',
    });
  }
  if (!isAlgorithm(algorithm)) {
    throw new AssertImageError('input', `unsupported digest algorithm ${JSON.stringify(algorithm)}.`, {
      hint: 'Use sha256 or sha512.',
    });
  }
  if (encoded.length !== ENCODED_LENGTH[algorithm]) {
    const digits = ENCODED_LENGTH[algorithm];
    throw new AssertImageError(
      'input',
      `a ${algorithm} digest has ${digits} hex digits, and this one has ${encoded.length}.`,
      {
        hint: 'Take it whole, as the push reported it.',
      },
    );
  }
  if (!/^[a-f0-9]+$/.test(encoded)) {
    throw new AssertImageError('input', 'a digest has the digits 0-9 and lower-case a-f only.', {
      hint: 'Take it as the push reported it.',
    });
  }
  return text as Digest;
}

/** The digest, or null for a text that is none. */
export function tryParseDigest(text: string): Digest | null {
  try {
    return parseDigest(text);
  } catch {
    return null;
  }
}

export function algorithmOf(digest: Digest): Algorithm {
  return digest.slice(0, digest.indexOf(':')) as Algorithm;
}

/** The digest of raw bytes, as they came over the wire. */
export function digestOf(bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(ENCODED_LENGTH, text);
}
