import type { Log } from './report/log.ts';
import type { Secrets } from './secrets.ts';
import type { RegistrySettings } from './settings.ts';
import type { CredentialStore } from './source/registry/credentials.ts';
import { readCaFile } from './source/registry/ca-file.ts';
import { dockerConfigStores } from './source/registry/docker-config.ts';
import { proxiesOf } from './source/registry/proxy.ts';
import { Registries } from './source/registry/registries.ts';
import { VERSION } from './version.ts';

/** Registries as the settings want them: who may be shown what, in which order of precedence. */
export function openRegistries(
  settings: RegistrySettings,
  env: NodeJS.ProcessEnv,
  secrets: Secrets,
  log: Log,
  signal: AbortSignal,
): Registries {
  const { login, loginRegistry, githubToken } = settings;
  const inputs: CredentialStore = async (registry) =>
    login !== null && registry === loginRegistry
      ? { kind: 'basic', ...login, from: 'the inputs username and password' }
      : null;
  // Exactly this host: no port, no suffix, no mirror (catalogue A-25). Any user name does.
  const github: CredentialStore = async (registry) =>
    registry === 'ghcr.io' && githubToken !== ''
      ? { kind: 'basic', username: 'github-token', password: githubToken, from: 'the input github-token' }
      : null;
  return new Registries({
    secrets,
    stores: [inputs, ...dockerConfigStores(env, signal), github],
    signal,
    plainHttp: settings.plainHttp,
    trustedAuthHosts: settings.trustedAuthHosts,
    network: {
      ca: readCaFile(settings.caFile),
      proxyFor: proxiesOf(env, secrets),
      userAgent: `assert-image/${VERSION} (+https://github.com/assert-image/assert-image)`,
      redact: (text) => secrets.redact(text),
      // Of other hosts no path: storage URLs may carry their signature in it.
      onExchange: ({ method, url }, status, bytes, ms, isRegistry) =>
        log.debug(
          `${method} ${url.host}${isRegistry ? url.pathname : '/…'}: ${status}, ${bytes} bytes, ${Math.round(ms)} ms`,
        ),
    },
  });
}
