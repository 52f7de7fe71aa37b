import { BlockList, isIP } from 'node:net';

/**
 * What an IP address is to us. `metadata` covers the link-local ranges and the cloud services that
 * hand out credentials to any process inside; no registry lives there.
 */
export type AddressKind = 'loopback' | 'private' | 'metadata' | 'unspecified' | 'public';

type Range = readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'];

/**
 * The first that matches decides. Sources: IANA's special-purpose address registries for IPv4 and IPv6; the
 * clouds' documentation for the addresses of their metadata services.
 */
const RANGES: readonly (readonly [AddressKind, readonly Range[]])[] = [
  [
    'metadata',
    [
      ['169.254.0.0', 16, 'ipv4'],
      ['100.100.100.200', 32, 'ipv4'], // Alibaba Cloud
      ['168.63.129.16', 32, 'ipv4'], // Azure's wire server
      ['192.0.0.192', 32, 'ipv4'], // Oracle Cloud
      ['fe80::', 10, 'ipv6'],
      ['fd00:ec2::', 32, 'ipv6'], // AWS
      ['fd20:ce::254', 128, 'ipv6'], // Google Cloud
      ['fd00:42::42', 128, 'ipv6'], // Scaleway
    ],
  ],
  [
    'loopback',
    [
      ['127.0.0.0', 8, 'ipv4'],
      ['::1', 128, 'ipv6'],
    ],
  ],
  [
    // Nothing answers a TCP connection to a multicast address either.
    'unspecified',
    [
      ['0.0.0.0', 8, 'ipv4'],
      ['224.0.0.0', 4, 'ipv4'],
      ['255.255.255.255', 32, 'ipv4'],
      ['::', 128, 'ipv6'],
      ['ff00::', 8, 'ipv6'],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8, 'ipv4'],
      ['172.16.0.0', 12, 'ipv4'],
      ['192.168.0.0', 16, 'ipv4'],
      ['100.64.0.0', 10, 'ipv4'], // carrier-grade NAT
      ['192.0.0.0', 24, 'ipv4'], // protocol assignments, such as DS-Lite
      ['198.18.0.0', 15, 'ipv4'], // benchmarks
      ['240.0.0.0', 4, 'ipv4'], // reserved; some clusters number their pods with it
      ['fc00::', 7, 'ipv6'],
      ['fec0::', 10, 'ipv6'], // site-local, deprecated
      ['64:ff9b:1::', 48, 'ipv6'], // NAT64 of the local network (RFC 8215)
    ],
  ],
];

const LISTS = RANGES.map(([kind, ranges]) => {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return [kind, list] as const;
});

/** The kind of a literal address (no brackets; IPv6 that carries an IPv4 address counts as that too), or null for a name. */
export function addressKind(address: string): AddressKind | null {
  const text = address.replace(/%.*$/, '');
  const family = isIP(text);
  if (family === 0) return null;
  const outer = kindOf(text, family === 6 ? 'ipv6' : 'ipv4');
  const inner = family === 6 ? embeddedIPv4(text) : null;
  // The stricter of the two: a private address stays private, even if it embeds a public one.
  const kinds = inner === null ? [outer] : [outer, kindOf(inner, 'ipv4')];
  return STRICTEST_FIRST.find((kind) => kinds.includes(kind)) ?? 'public';
}

const STRICTEST_FIRST: readonly AddressKind[] = ['metadata', 'unspecified', 'loopback', 'private'];

function kindOf(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  return LISTS.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

/** Names that stand for an address wherever they are asked for. */
const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog']);

/** The kind of the host of a URL: brackets are dropped; `localhost` and all below it are loopback by name (RFC 6761). */
export function hostKind(hostname: string): AddressKind | null {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  if (METADATA_NAMES.has(name)) return 'metadata';
  return addressKind(name.replace(/^\[|\]$/g, ''));
}

/** Where an IPv4 address stands in an IPv6 one: its leading groups (null for any), then the index of its first group. */
const CARRIERS: readonly (readonly [groups: readonly (number | null)[], at: number, isInverted?: true])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 6], // mapped (RFC 4291)
  [[0, 0, 0, 0, 0xffff, 0], 6], // translated (RFC 2765)
  [[0x64, 0xff9b, 0, 0, 0, 0], 6], // NAT64 (RFC 6052)
  [[0x2002], 1], // 6to4 (RFC 3056)
  [[0x2001, 0], 6, true], // Teredo (RFC 4380)
  [[null, null, null, null, 0, 0x5efe], 6], // ISATAP (RFC 5214)
  [[null, null, null, null, 0x200, 0x5efe], 6],
  [[0, 0, 0, 0, 0, 0], 6], // compatible (RFC 4291), deprecated
];

function embeddedIPv4(address: string): string | null {
  const groups = groupsOf(address);
  // `::` and `::1` are themselves, not compatible addresses.
  if (groups.slice(0, 7).every((group) => group === 0) && (groups[7] as number) <= 1) return null;
  const carrier = CARRIERS.find(([leading]) => leading.every((group, at) => group === null || group === groups[at]));
  if (!carrier) return null;
  const [, at, isInverted] = carrier;
  const [high = 0, low = 0] = groups.slice(at, at + 2).map((group) => (isInverted ? group ^ 0xffff : group));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address. A URL parser writes it without a dotted tail. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const parse = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [parse(head), parse(tail ?? '')];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}
