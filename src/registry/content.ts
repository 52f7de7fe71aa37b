import { gunzipSync } from 'node:zlib';
import { AssertImageError } from '../base/errors.ts';
import { algorithmOf, type Digest, digestOf, tryParseDigest } from '../reference/digest.ts';
import type { FollowedResponse } from '../net/redirects.ts';
import { header } from '../net/transport.ts';

/** The body, of the digest that was asked for; also where a server compressed it on the way (quay#1310). */
export function verifiedBytes(
  answer: FollowedResponse,
  asked: Digest | null,
  maxBytes: number,
  what: string,
): Uint8Array {
  const { body } = answer;
  const encoding = header(answer, 'content-encoding')?.trim().toLowerCase() ?? '';
  const isPlain = encoding === '' || encoding === 'identity';
  if (asked !== null && digestOf(body, algorithmOf(asked)) === asked) return body;
  if (isPlain && asked === null) return body;
  if (!isPlain) {
    const plain = encoding === 'gzip' || encoding === 'x-gzip' ? gunzip(body, maxBytes, what) : null;
    if (plain === null)
      throw new AssertImageError('protocol', `${what} came in ${encodingName(encoding)}, which was not asked for.`);
    if (asked === null || digestOf(plain, algorithmOf(asked)) === asked) return plain;
  }
  throw new AssertImageError(
    'digest-mismatch',
    `${answer.url.host} sent other content than ${what}: the bytes do not have that digest.`,
    {
      hint: 'Something between here and the registry changes content, or the registry is broken or compromised. Do not deploy.',
    },
  );
}

/** A header can hold anything: what is no name of an encoding is not repeated. */
function encodingName(encoding: string): string {
  if (encoding.includes(',')) return 'several encodings';
  return /^[a-z-]{1,20}$/.test(encoding) ? `the encoding "${encoding}"` : 'an encoding';
}

function gunzip(bytes: Uint8Array, maxOutputLength: number, what: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (cause) {
    throw new AssertImageError(
      'protocol',
      `${what} came compressed, and cannot be decompressed to at most ${maxOutputLength} bytes.`,
      { cause },
    );
  }
}

/** A registry that announces another digest than its bytes have: containerd could not pull this either (distribution#3848). */
export function assertAnnouncedDigest(answer: FollowedResponse, bytes: Uint8Array, what: string): void {
  const announced = tryParseDigest(header(answer, 'docker-content-digest')?.trim() ?? '');
  if (announced !== null && digestOf(bytes, algorithmOf(announced)) !== announced) {
    throw new AssertImageError(
      'digest-mismatch',
      `${answer.url.host} announced ${announced} for ${what}, but sent ${digestOf(bytes)}.`,
    );
  }
}
