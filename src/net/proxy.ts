import { BlockList, isIP } from 'node:net';
import { AssertImageError } from '../base/errors.ts';
import { hostKind } from '../base/address.ts';
import type { Secrets } from '../base/secrets.ts';

/** A proxy, and the variable that names it. */
export class ProxyUrl extends URL {
  readonly from: string;

  constructor(url: string, from: string) {
    super(url);
    this.from = from;
  }
}

const SCHEMES = new Set(['http:', 'https:', 'socks5:']);

/**
 * The proxy for a URL as curl chooses it (curl(1), ENVIRONMENT): lower case wins, upper-case
 * HTTP_PROXY does not count (a web server sets it from a request), ALL_PROXY for what is left,
 * NO_PROXY by name and its subdomains, address or network. Loopback is always direct.
 *
 * @throws AssertImageError `input` at the first use, for a proxy that cannot be one
 */
export function proxiesOf(env: NodeJS.ProcessEnv, secrets: Secrets): (url: URL) => ProxyUrl | null {
  const first = (...names: string[]): readonly [string, string] | null => {
    const name = names.find((candidate) => env[candidate]);
    return name === undefined ? null : [name, env[name] as string];
  };
  const byProtocol: Readonly<Record<string, readonly [string, string] | null>> = {
    'https:': first('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
    'http:': first('http_proxy', 'all_proxy', 'ALL_PROXY'),
  };
  const isDirect = parseNoProxy(env['no_proxy'] || env['NO_PROXY'] || '');
  const parsed = new Map<string, ProxyUrl>();
  return (url) => {
    const variable = byProtocol[url.protocol];
    if (!variable || hostKind(url.hostname) === 'loopback' || isDirect(url)) return null;
    const [name, text] = variable;
    const proxy = parsed.get(name) ?? parseProxy(name, text, secrets);
    parsed.set(name, proxy);
    return proxy;
  };
}

/** The value may hold a password, so no error repeats it. */
function parseProxy(name: string, text: string, secrets: Secrets): ProxyUrl {
  const full = /^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new ProxyUrl(full, name) : null;
  if (url === null || !SCHEMES.has(url.protocol)) throw unusable(name);
  if (url.password !== '') secrets.addBasic(decode(url.username, name), decode(url.password, name));
  return url;
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable(name, 'A "%" in its user name or password is written %25.');
  }
}

function unusable(
  name: string,
  hint = 'Write http://host:port, https://host:port or socks5://host:port.',
): AssertImageError {
  return new AssertImageError('input', `the variable ${name} does not hold a proxy that can be used.`, { hint });
}

/** Comma or white space between; `*` for all; `.example.com` is `example.com`; `host:port`; `10.0.0.0/8`. */
function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  const networks = new BlockList();
  for (const entry of entries) addNetwork(networks, entry);
  return ({ hostname, port, protocol }) => {
    const host = hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '');
    const family = isIP(host);
    if (family !== 0 && networks.check(host, family === 6 ? 'ipv6' : 'ipv4')) return true;
    const actualPort = port || (protocol === 'https:' ? '443' : '80');
    return entries.some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, entryPort] = /^(.*?)(?::([0-9]+))?$/.exec(entry.replace(/^\*?\./, '')) ?? [];
      if (entryPort !== undefined && entryPort !== actualPort) return false;
      return host === name || (family === 0 && host.endsWith(`.${name}`));
    });
  };
}

function addNetwork(networks: BlockList, entry: string): void {
  const [address = '', prefix] = entry.replace(/^\[|\]$/g, '').split('/');
  const family = isIP(address);
  if (family === 0) return;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) networks.addAddress(address, type);
  else if (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32)) {
    networks.addSubnet(address, Number(prefix), type);
  }
}
