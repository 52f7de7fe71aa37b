import { GitHubClient } from './github/client.ts';
import { CommitComparison } from './github/compare.ts';
import type { Log } from './report/log.ts';
import type { Secrets } from './secrets.ts';
import type { RegistrySettings } from './settings/settings.ts';
import type { CredentialStore } from './source/registry/credentials.ts';
import { readCaFile } from './source/registry/ca-file.ts';
import { dockerConfigStores } from './source/registry/docker-config.ts';
import { proxiesOf } from './source/registry/proxy.ts';
import { Registries } from './source/registry/registries.ts';
import type { Network } from './source/registry/network.ts';
import { VERSION } from './version.ts';

/** Everything that speaks to others. */
export interface Clients {
  readonly registries: Registries;
  readonly github: GitHubClient;
  readonly commits: CommitComparison;
}

/** Registries and GitHub as the settings want them: who may be shown what, in which order of precedence. */
export function openClients(
  settings: RegistrySettings,
  env: NodeJS.ProcessEnv,
  secrets: Secrets,
  log: Log,
  signal: AbortSignal,
): Clients {
  const { login, loginRegistry, githubToken } = settings;
  const inputs: CredentialStore = async (registry) =>
    login !== null && registry === loginRegistry
      ? { kind: 'basic', ...login, from: 'the inputs username and password' }
      : null;
  // ghcr.io refuses a token without packages: read for public images, too. Exactly this host: no port, no suffix, no mirror (catalogue A-25). Any user name does.
  const forGhcr: CredentialStore = async (registry) =>
    registry === 'ghcr.io' && githubToken !== ''
      ? {
          kind: 'basic',
          username: 'github-token',
          password: githubToken,
          from: 'the input github-token',
          isSpare: true,
        }
      : null;
  const network: Network = {
    authorities: readCaFile(settings.caFile),
    proxyFor: proxiesOf(env, secrets),
    userAgent: `assert-image/${VERSION} (+https://github.com/assert-image/assert-image)`,
    redact: (text) => secrets.redactQuoted(text),
    onExchange: ({ method, url, isPathOurs }, status, bytes, ms) =>
      log.debug(
        `${method} ${url.host}${isPathOurs ? url.pathname : '/…'}: ${status}, ${bytes} bytes, ${Math.round(ms)} ms`,
      ),
    tlsHint:
      env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
        ? 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, and is not followed: certificates are always checked here.'
        : null,
  };
  const registries = new Registries({
    secrets,
    stores: [inputs, ...dockerConfigStores(env, signal), forGhcr],
    signal,
    plainHttp: settings.plainHttp,
    trustedAuthHosts: settings.trustedAuthHosts,
    network,
  });
  signal.addEventListener('abort', () => void registries.close(), { once: true });
  const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  const github = new GitHubClient({
    token: githubToken,
    apiUrl,
    repository: env['GITHUB_REPOSITORY'] ?? '',
    network,
    signal,
    debug: (text) => log.debug(text),
  });
  return { registries, github, commits: new CommitComparison(github) };
}
