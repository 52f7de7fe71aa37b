import type { Challenge } from './challenge.ts';

/** What a registry answers to a request without a token, known beforehand. */
interface KnownService {
  readonly realm: string;
  readonly service: string;
  /** The host that blobs come from, where it has been the same for years. */
  readonly storage?: string;
}

/**
 * Read off the 401 and the redirects of each registry. A wrong line costs a request and no more:
 * the registry's own challenge is answered as if nothing had been asked.
 */
const KNOWN: Readonly<Record<string, KnownService>> = {
  'docker.io': {
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    storage: 'https://production.cloudflare.docker.com',
  },
  'ghcr.io': {
    realm: 'https://ghcr.io/token',
    service: 'ghcr.io',
    storage: 'https://pkg-containers.githubusercontent.com',
  },
  'quay.io': { realm: 'https://quay.io/v2/auth', service: 'quay.io' },
  'registry.gitlab.com': { realm: 'https://gitlab.com/jwt/auth', service: 'container_registry' },
  'public.ecr.aws': {
    realm: 'https://public.ecr.aws/token/',
    service: 'public.ecr.aws',
    storage: 'https://d5l0dvt14r5h8.cloudfront.net',
  },
};

/** Whose token service is on their own host, at this path. Nothing below another name. */
const ON_THEIR_OWN_HOST: readonly (readonly [registry: RegExp, path: string])[] = [
  // `europe-docker.pkg.dev`, `us-central1-docker.pkg.dev`; containerd#4379 shows that of gcr.io.
  [/^([a-z0-9-]+-docker\.pkg\.dev|((us|eu|asia)\.)?gcr\.io)$/, '/v2/token'],
  // azure.github.io/acr/Token-BasicAuth.html
  [/^[a-z0-9-]+\.azurecr\.io$/, '/oauth2/token'],
];

/** The challenge that a registry would send, or null where it is not known. */
export function knownChallenge(registry: string): Challenge | null {
  const known = Object.hasOwn(KNOWN, registry) ? KNOWN[registry] : undefined;
  if (known) return challengeOf(known);
  const path = ON_THEIR_OWN_HOST.find(([pattern]) => pattern.test(registry))?.[1];
  return path === undefined ? null : challengeOf({ realm: `https://${registry}${path}`, service: registry });
}

/** Where its blobs will come from, or null. */
export function knownStorage(registry: string): URL | null {
  const storage = Object.hasOwn(KNOWN, registry) ? KNOWN[registry]?.storage : undefined;
  return storage === undefined ? null : new URL(storage);
}

function challengeOf({ realm, service }: KnownService): Challenge {
  return {
    authScheme: 'bearer',
    parameters: new Map([
      ['realm', realm],
      ['service', service],
    ]),
  };
}
