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
  if (!DOMAIN.test(host) && !IPV6.test(host))
    throw invalidHostError(text, 'it is not a host name or address', hostHint(text));
  const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    throw invalidHostError(text, `port out of range: ${port}`, 'Ports are 1 to 65535.');
  }
  if (!URL.canParse(`https://${host}`))
    throw invalidHostError(text, 'it is not a host name or address', hostHint(text));
  const url = new URL(`https://${host}`);
  if (url.host !== host.replace(/:443$/, '')) {
    throw invalidHostError(text, `a URL reads it as ${url.host}`, 'Write that.');
  }
  const kind = hostKind(url.hostname);
  if (kind === 'metadata' || kind === 'unspecified') {
    throw invalidHostError(
      text,
      'it is a link-local, metadata or unspecified address, where no registry lives',
      'Name the registry by its host name.',
    );
  }
  return Object.hasOwn(ALIASES, host) ? (ALIASES[host] as string) : host;
}

/** A URL, or a repository behind the host. */
function hostHint(text: string): string {
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `Leave out ${scheme}.`;
  return text.includes('/') ? 'Leave out what stands behind the host.' : 'Write host or host:port.';
}

function invalidHostError(text: string, reason: string, hint: string): AssertImageError {
  return new AssertImageError('input', `invalid registry host ${JSON.stringify(text)}: ${reason}.`, { hint });
}
