import { type ImageBudget, SMALL_PART_BYTES } from '../../base/budget.ts';
import type { Deadline } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import { uncompressedLength, uncompressSnappy } from '../../base/snappy.ts';
import { MAX_BUNDLE_BYTES } from '../../image/bundles.ts';
import { type Json, parseStrictJson } from '../../json/strict-json.ts';
import type { Network } from '../../net/network.ts';
import { sendFollowing } from '../../net/redirects.ts';
import { withRetries } from '../../net/retry.ts';
import { Transport } from '../../net/transport.ts';

/** What an attestation is fetched with. */
export interface Means {
  readonly network: Network;
  readonly deadline: Deadline;
  /** What the attestation may take in memory. */
  readonly budget: ImageBudget;
}

/** From storage, by an address that opens to all who have it: no token goes there, nor any other header of ours. */
export async function fetchStored(address: Json | undefined, { network, deadline, budget }: Means): Promise<unknown> {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new AssertImageError('protocol', 'GitHub named storage by an address that is none.');
  const transport = new Transport(url.origin, network, true);
  const { signal } = deadline;
  const room = { bytes: SMALL_PART_BYTES, wait: () => budget.waitForTurn() };
  const exchange = { method: 'GET', url, headers: {}, maxBytes: MAX_BUNDLE_BYTES, beforeLarge: room, signal } as const;
  try {
    const answer = await deadline.race(withRetries(() => sendFollowing(transport, exchange), deadline));
    if (answer.status !== 200)
      throw new AssertImageError(
        'unavailable',
        `${url.host}, which holds the attestation, answered HTTP ${answer.status}.`,
      );
    // Before it is there.
    await deadline.race(budget.takeBytes(Math.min(uncompressedLength(answer.body) ?? 0, MAX_BUNDLE_BYTES)));
    const plain = uncompressed(answer.body);
    return parseStrictJson(plain, 'the attestation in storage');
  } finally {
    await transport.close();
  }
}

/** Snappy's raw form, as GitHub stores it (cli/cli, pkg/cmd/attestation/api). @throws AssertImageError `too-large`, `malformed` */
function uncompressed(body: Uint8Array): Uint8Array {
  try {
    const plain = uncompressSnappy(body, MAX_BUNDLE_BYTES);
    if (plain !== null) return plain;
  } catch (error) {
    if (error instanceof RangeError) throw tooLargeError();
    throw error;
  }
  throw new AssertImageError('malformed', 'the attestation in storage cannot be decompressed.');
}

export function tooLargeError(): AssertImageError {
  return new AssertImageError('too-large', `an attestation has more than ${MAX_BUNDLE_BYTES} bytes; it was not read.`);
}
