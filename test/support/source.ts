/** Our own registry client on the in-process registry, without a process around it. */
import { createSecureContext } from 'node:tls';
import { Deadline } from '../../src/base/deadline.ts';
import { type Image, readImage } from '../../src/image/image.ts';
import { parseWantedPlatform } from '../../src/reference/platform.ts';
import { parseReference, tagOrDigest } from '../../src/reference/reference.ts';
import { Secrets } from '../../src/base/secrets.ts';
import type { CredentialStore } from '../../src/credentials/credentials.ts';
import { readRegistryErrors } from '../../src/registry/registry-errors.ts';
import { Registries } from '../../src/registry/registries.ts';

export function openTestRegistries(stores: readonly CredentialStore[] = []): Registries {
  return new Registries({
    secrets: new Secrets(),
    stores,
    plainHttp: { loopback: true, hosts: [] },
    trustedAuthHosts: [],
    signal: new AbortController().signal,
    network: {
      authorities: () => createSecureContext(),
      proxyFor: () => null,
      userAgent: 'test',
      redact: (text) => text,
      readErrors: (body) => readRegistryErrors(body, (text) => text),
      onExchange: () => {},
      tlsHint: null,
    },
  });
}

export async function readTestImage(
  text: string,
  platforms: readonly string[] | 'all' = 'all',
  timeoutMs = 20_000,
): Promise<Image> {
  const reference = parseReference(text);
  const registries = openTestRegistries();
  const deadline = new Deadline(timeoutMs, text);
  try {
    const source = registries.repository(reference).within(deadline);
    return await readImage(
      source,
      tagOrDigest(reference),
      platforms === 'all' ? 'all' : platforms.map(parseWantedPlatform),
    );
  } finally {
    deadline.clear();
    await registries.close();
  }
}
