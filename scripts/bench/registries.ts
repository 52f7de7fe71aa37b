/** The hosts behind a reference, as clients meet them. */
export interface RegistryHosts {
  /** What a reference names. */
  readonly reference: string;
  /** Names under which clients ask it: crane says index.docker.io, every other registry-1.docker.io. */
  readonly registry: readonly string[];
  readonly speaks: 'HTTP/2' | 'HTTP/1.1' | 'plain HTTP';
  readonly asks: 'token' | 'basic' | 'nothing';
  /** The token service; null: none. */
  readonly realm: string | null;
  readonly service: string;
  /** Where blobs come from; null: from the registry itself. */
  readonly cdn: string | null;
  /** On this machine; each has one, so that what is counted is of one registry. */
  readonly address: string;
}

const token = (reference: string, realm: string, cdn: string | null): Omit<RegistryHosts, 'address'> => ({
  reference,
  registry: [reference],
  speaks: 'HTTP/2',
  asks: 'token',
  realm,
  service: reference,
  cdn,
});
const open = (reference: string, cdn: string | null): Omit<RegistryHosts, 'address'> => ({
  ...token(reference, '', cdn),
  asks: 'nothing',
  realm: null,
});

const KINDS = {
  'Docker Hub': {
    ...token('docker.io', 'https://auth.docker.io/token', 'production.cloudflare.docker.com'),
    registry: ['registry-1.docker.io', 'index.docker.io'],
    service: 'registry.docker.io',
  },
  'ghcr.io': token('ghcr.io', 'https://ghcr.io/token', 'pkg-containers.githubusercontent.com'),
  'never seen before': token('registry.example.com', 'https://auth.example.com/token', 'cdn.example.com'),
  'never seen before, over HTTP/1.1': {
    ...token('registry1.example.com', 'https://auth1.example.com/token', 'cdn1.example.com'),
    speaks: 'HTTP/1.1',
  },
  'token on its own host': token('own.example.com', 'https://own.example.com/token', null),
  Basic: { ...open('basic.example.com', null), asks: 'basic' },
  'anonymous, with a CDN': open('open.example.com', 'cdn-open.example.com'),
  'plain HTTP': { ...open('plain.example.com', null), speaks: 'plain HTTP' },
  'anonymous, over HTTP/1.1': { ...open('open1.example.com', null), speaks: 'HTTP/1.1' },
} as const satisfies Record<string, Omit<RegistryHosts, 'address'>>;

export type RegistryName = keyof typeof KINDS;

export const REGISTRIES = Object.fromEntries(
  Object.entries(KINDS).map(([name, hosts], at) => [name, { ...hosts, address: `203.0.113.${at + 1}` }]),
) as unknown as Readonly<Record<RegistryName, RegistryHosts>>;

/** Of RFC 5737: addresses as public ones are to us. What is near to us would not be asked ahead. */
export const NETWORK = '203.0.113.200/24';
/** A proxy for CONNECT; it is as far away as a registry, and near to all of them. */
export const PROXY = '203.0.113.100';
export const PROXY_PORT = 3128;

/** Of the registry that asks for one. */
export const BASIC = Buffer.from('bench:password-of-the-benchmark').toString('base64');

/** As `/etc/hosts` has them. */
export function hostsFile(): string {
  const lines = Object.values(REGISTRIES).map(({ address, registry, realm, cdn }) =>
    [address, ...registry, ...(realm === null ? [] : [new URL(realm).host]), ...(cdn === null ? [] : [cdn])].join(' '),
  );
  return ['127.0.0.1 localhost', ...lines, ''].join('\n');
}
