import { AssertImageError } from '../base/errors.ts';
import { hostKind } from '../base/address.ts';

const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]+)?$/;
const IPV6 = /^\[[a-f0-9:]+\](:[0-9]+)?$/;

/** Other names of Docker Hub, all one registry. */
const ALIASES: Readonly<Record<string, string>> = {
  'index.docker.io': 'docker.io',
  'registry-1.docker.io': 'docker.io',
};

/**
 * The canonical `host[:port]` of a registry: lower case, Docker Hub by its one name.
 * What a URL parser would read as another host (`0x7f.1`, `127.1`) is refused, for then the
 * registry asked is not the registry that was written.
 *
 * @throws AssertImageError `input`
 */
export function parseRegistryHost(text: string): string {
  const host = text.toLowerCase();
  if (!DOMAIN.test(host) && !IPV6.test(host)) throw invalidHostError(text, 'it is no host name or address');
  const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    throw invalidHostError(text, `port out of range: ${port}`);
  }
  if (!URL.canParse(`https://${host}`)) throw invalidHostError(text, 'it is no host name or address');
  const url = new URL(`https://${host}`);
  if (url.host !== host.replace(/:443$/, '')) {
    throw invalidHostError(text, `a URL reads it as ${url.host}; write that`);
  }
  const kind = hostKind(url.hostname);
  if (kind === 'metadata' || kind === 'unspecified') {
    throw invalidHostError(text, 'it is a link-local, metadata or unspecified address, where no registry lives');
  }
  return Object.hasOwn(ALIASES, host) ? (ALIASES[host] as string) : host;
}

function invalidHostError(text: string, reason: string): AssertImageError {
  return new AssertImageError('input', `invalid registry host ${JSON.stringify(text)}: ${reason}.`);
}
