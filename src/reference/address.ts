import { BlockList, isIP } from 'node:net';

/**
 * What an IP address is to us. `metadata` covers the link-local ranges and the cloud services that
 * answer credentials to whoever asks from inside; no registry lives there.
 */
export type AddressKind = 'loopback' | 'private' | 'metadata' | 'unspecified' | 'public';

/** Ranges: IANA special-purpose registries; fd00:ec2::254 (AWS) and 100.100.100.200 (Alibaba) are metadata services. */
const RANGES: readonly (readonly [AddressKind, readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]])[] = [
  [
    'metadata',
    [
      ['169.254.0.0', 16, 'ipv4'],
      ['100.100.100.200', 32, 'ipv4'],
      ['fe80::', 10, 'ipv6'],
      ['fd00:ec2::254', 128, 'ipv6'],
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
    'unspecified',
    [
      ['0.0.0.0', 8, 'ipv4'],
      ['::', 128, 'ipv6'],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8, 'ipv4'],
      ['172.16.0.0', 12, 'ipv4'],
      ['192.168.0.0', 16, 'ipv4'],
      ['100.64.0.0', 10, 'ipv4'],
      ['fc00::', 7, 'ipv6'],
    ],
  ],
];

const LISTS = RANGES.map(([kind, ranges]) => {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return [kind, list] as const;
});

/** The kind of a literal address (no brackets; IPv4-mapped IPv6 counts as its IPv4), or null for a name. */
export function addressKind(address: string): AddressKind | null {
  const family = isIP(address);
  if (family === 0) return null;
  for (const [kind, list] of LISTS) {
    if (list.check(address, family === 6 ? 'ipv6' : 'ipv4')) return kind;
  }
  return 'public';
}

/** The kind of the host of a URL: brackets are dropped, and `localhost` is loopback by name (RFC 6761). */
export function hostKind(hostname: string): AddressKind | null {
  if (hostname === 'localhost') return 'loopback';
  return addressKind(hostname.replace(/^\[|\]$/g, ''));
}
