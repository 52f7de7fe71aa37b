/** The hosts behind a reference, as clients meet them. */
export interface RegistryHosts {
  /** What a reference names. */
  readonly reference: string;
  /** Names under which clients ask it: crane says index.docker.io, every other registry-1.docker.io. */
  readonly registry: readonly string[];
  readonly realm: string;
  readonly service: string;
  readonly cdn: string;
}

export const REGISTRIES: Readonly<Record<string, RegistryHosts>> = {
  'Docker Hub': {
    reference: 'docker.io',
    registry: ['registry-1.docker.io', 'index.docker.io'],
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    cdn: 'production.cloudflare.docker.com',
  },
  'ghcr.io': {
    reference: 'ghcr.io',
    registry: ['ghcr.io'],
    realm: 'https://ghcr.io/token',
    service: 'ghcr.io',
    cdn: 'pkg-containers.githubusercontent.com',
  },
  'never seen before': {
    reference: 'registry.example.com',
    registry: ['registry.example.com'],
    realm: 'https://auth.example.com/token',
    service: 'registry.example.com',
    cdn: 'cdn.example.com',
  },
};

export function hostNames(): string[] {
  return Object.values(REGISTRIES).flatMap(({ registry, realm, cdn }) => [...registry, new URL(realm).host, cdn]);
}
