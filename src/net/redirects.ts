import { AssertImageError } from '../base/errors.ts';
import type { Request } from './network.ts';
import type { Response, Transport } from './transport.ts';

/** Registries need one hop, two at the most; Go stops at 10, fetch at 20. */
const MAX_HOPS = 5;
const MAX_LOCATION_CHARS = 8192;
const FOLLOWED = new Set([301, 302, 303, 307, 308]);

/** An answer, and whether it came from another origin (scheme, host and port) than was asked. */
export interface FollowedResponse extends Response {
  readonly leftOrigin: boolean;
}

/**
 * Sends a GET or HEAD and follows redirects by hand. `Authorization` and every other header of
 * ours stay with the origin that was asked: once the chain has left it they do not come back, not
 * even on a hop home (oras-go GHSA-vh4v-2xq2-g5cg: another port is another host).
 *
 * @throws AssertImageError `protocol` for a redirect that is not to be followed
 */
export async function sendFollowing(transport: Transport, first: Request): Promise<FollowedResponse> {
  const origin = first.url.origin;
  const seen = new Set([first.url.href]);
  let exchange = first;
  let leftOrigin = false;
  for (let hop = 0; ; hop += 1) {
    const answer = await transport.send(exchange);
    if (!FOLLOWED.has(answer.status)) return { ...answer, leftOrigin };
    if (hop === MAX_HOPS) throw redirectError(first.url, `more than ${MAX_HOPS} redirects`);
    const next = readLocation(answer);
    if (seen.has(next.href)) throw redirectError(first.url, 'a loop of redirects');
    seen.add(next.href);
    leftOrigin ||= next.origin !== origin;
    const headers = leftOrigin ? acceptOnly(first) : exchange.headers;
    exchange = { ...exchange, url: next, headers, isPathOurs: false };
  }
}

function readLocation({ url, headers }: Response): URL {
  const location = headers['location'];
  if (typeof location !== 'string' || location === '') throw redirectError(url, 'a redirect without a Location');
  if (location.length > MAX_LOCATION_CHARS || !/^[\x21-\x7e]+$/.test(location)) {
    throw redirectError(url, 'a Location that is too long or not plain ASCII');
  }
  if (!URL.canParse(location, url.href)) throw redirectError(url, 'a Location that is not a URL');
  const next = new URL(location, url);
  if (next.username !== '' || next.password !== '') throw redirectError(url, 'a Location with credentials in it');
  if (next.protocol !== 'https:' && next.protocol !== 'http:')
    throw redirectError(url, `a redirect to ${next.protocol}`);
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw redirectError(
      url,
      `a redirect from https to http (${next.host})`,
      'The registry has to name its storage by https.',
    );
  }
  next.hash = '';
  return next;
}

function acceptOnly({ headers }: Request): Record<string, string> {
  return headers['accept'] === undefined ? {} : { accept: headers['accept'] };
}

/** Host only: the query of a storage URL is a signature that opens it. */
function redirectError(url: URL, what: string, hint?: string): AssertImageError {
  return new AssertImageError('protocol', `${url.host} answered with ${what}; not followed.`, { hint });
}
