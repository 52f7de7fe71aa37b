import type { Log } from '../base/log.ts';
import type { Secrets } from '../base/secrets.ts';
import { VERSION } from '../base/version.ts';
import type { RegistryLogin } from '../inputs/run.ts';
import type { CredentialStore } from '../credentials/credentials.ts';
import { dockerConfigStores } from '../credentials/docker-config.ts';
import { readCaFile } from '../net/ca-file.ts';
import type { Network } from '../net/network.ts';
import { proxiesOf } from '../net/proxy.ts';
import { Registries } from '../registry/registries.ts';
import { readRegistryErrors } from '../registry/registry-errors.ts';
import type { RegistrySettings } from '../settings/settings.ts';

/** What a run is given besides its settings. */
export interface Means {
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
  /** Where other tools keep credentials; absent: docker's and podman's configurations. */
  readonly stores?: readonly CredentialStore[];
  /** What the CI gives for its own registry. */
  readonly registryLogin?: RegistryLogin | undefined;
}

/** Proxies and certificate authorities, from settings and environment. */
export function createNetwork({ caFile }: RegistrySettings, { env, secrets, log }: Means): Network {
  const redact = (text: string): string => secrets.redactQuoted(text);
  return {
    authorities: readCaFile(caFile),
    proxyFor: proxiesOf(env, secrets),
    userAgent: `assert-image/${VERSION} (+https://github.com/OWNER/assert-image)`,
    redact,
    readErrors: (body) => readRegistryErrors(body, redact),
    onExchange: ({ method, url, isPathOurs }, status, bytes, ms) =>
      log.debug(
        `${method} ${url.host}${isPathOurs ? url.pathname : '/…'}: ${status}, ${bytes} bytes, ${Math.round(ms)} ms`,
      ),
    tlsHint:
      env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
        ? 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and is not followed: certificates are always checked here.'
        : null,
  };
}

/** The registries, with credential stores in order of precedence. */
export function createRegistries(settings: RegistrySettings, network: Network, means: Means): Registries {
  const { login, loginRegistry, githubToken, plainHttp, trustedAuthHosts } = settings;
  const { env, secrets, signal, registryLogin, stores: others = dockerConfigStores(env, signal) } = means;
  const inputs: CredentialStore = async (registry) =>
    login !== null && registry === loginRegistry
      ? { kind: 'basic', ...login, from: 'the inputs username and password' }
      : null;
  const stores = [inputs, ...others, ciStore(registryLogin), ghcrStore(githubToken)];
  const registries = new Registries({ secrets, stores, signal, plainHttp, trustedAuthHosts, network });
  signal.addEventListener('abort', () => void registries.close(), { once: true });
  return registries;
}

/** Exactly the registry of the CI, where nothing else is configured for it. */
function ciStore(login: RegistryLogin | undefined): CredentialStore {
  return async (registry) => {
    if (login?.registry !== registry) return null;
    const { username, password, authHost, from } = login;
    return { kind: 'basic', username, password, from, ...(authHost === null ? {} : { authHost }) };
  };
}

/**
 * ghcr.io refuses a token without packages: read for public images, too. Exactly this host: no port, no suffix, no
 * mirror. Any user name does.
 */
function ghcrStore(githubToken: string): CredentialStore {
  const credentials = {
    kind: 'basic',
    username: 'github-token',
    password: githubToken,
    from: 'the input github-token',
    isSpare: true,
  } as const;
  return async (registry) => (registry === 'ghcr.io' && githubToken !== '' ? credentials : null);
}
