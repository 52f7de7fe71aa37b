import { addressKind } from '../base/address.ts';

/** Which registries to speak HTTP to: all on loopback or not, and each of a list of `host[:port]`. */
export interface PlainHttp {
  readonly loopback: boolean;
  readonly hosts: readonly string[];
}

/** Docker Hub answers its API under another name than the one in references. Source: containerd resolver.go DefaultHost. */
export function apiHost(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

/** HTTPS, unless the settings name this very registry. Never a fall-back. */
export function registryOrigin(registry: string, plainHttp: PlainHttp): string {
  const host = apiHost(registry);
  return new URL(`${isPlainHost(host, plainHttp) ? 'http' : 'https'}://${host}`).origin;
}

/** Whether the settings say that HTTP is spoken to a `host[:port]`. */
export function isPlainHost(host: string, { loopback, hosts }: PlainHttp): boolean {
  const { hostname } = new URL(`https://${host}`);
  const isLoopback = hostname === 'localhost' || addressKind(hostname.replace(/^\[|\]$/g, '')) === 'loopback';
  return (loopback && isLoopback) || hosts.includes(host);
}

/** Token services on another host that may see credentials, by registry. Sources: the challenges of these registries; of any other host, CVE-2026-33540 (distribution). */
const BUILT_IN_AUTH_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'docker.io': ['auth.docker.io', 'hub.docker.com'],
  'registry.gitlab.com': ['gitlab.com'],
  'nvcr.io': ['authn.nvidia.com'],
};

/** `registry=auth-host`, both canonical. */
export interface TrustedAuthHost {
  readonly registry: string;
  readonly authHost: string;
}

/** Whether a token service may see the credentials of a registry: exactly this host and port, no suffixes. */
export function isTrustedAuthHost(registry: string, realm: URL, trusted: readonly TrustedAuthHost[]): boolean {
  if (realm.host === new URL(`${realm.protocol}//${apiHost(registry)}`).host) return true;
  const builtIn = Object.hasOwn(BUILT_IN_AUTH_HOSTS, registry) ? BUILT_IN_AUTH_HOSTS[registry] : undefined;
  if (builtIn?.includes(realm.host)) return true;
  return trusted.some((pair) => pair.registry === registry && pair.authHost === realm.host);
}
