import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { knownChallenge, knownStorage } from '../../../src/registry/auth/known-services.ts';
import { isTrustedAuthHost } from '../../../src/registry/hosts.ts';
import { ROOT } from '../../support/runner.ts';

const hostsInDocs = readFileSync(path.join(ROOT, 'docs/registries.md'), 'utf8').split('## Hosts')[1] ?? '';

test.each([
  ['docker.io', 'https://auth.docker.io/token', 'registry.docker.io'],
  ['ghcr.io', 'https://ghcr.io/token', 'ghcr.io'],
  ['quay.io', 'https://quay.io/v2/auth', 'quay.io'],
  ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'container_registry'],
  ['public.ecr.aws', 'https://public.ecr.aws/token/', 'public.ecr.aws'],
  ['us-central1-docker.pkg.dev', 'https://us-central1-docker.pkg.dev/v2/token', 'us-central1-docker.pkg.dev'],
])('the token service of %s is known, and may see its credentials', (registry, realm, service) => {
  const parameters = knownChallenge(registry)?.parameters;
  expect(parameters?.get('realm')).toBe(realm);
  expect(parameters?.get('service')).toBe(service);
  expect(isTrustedAuthHost(registry, new URL(realm), [])).toBe(true);
  // People with a firewall read there what is connected to unasked.
  const hosts = [new URL(realm).host, knownStorage(registry)?.host ?? ''];
  for (const host of hosts.filter((each) => each !== '' && each !== registry)) expect(hostsInDocs).toContain(host);
});

test.each([
  'ghcr.io.evil.example',
  'evilghcr.io',
  'ghcr.io:8443',
  'mirror.ghcr.io',
  'evil-docker.pkg.dev.example.com',
  'docker.pkg.dev',
  'a.b-docker.pkg.dev',
  'europe-docker.pkg.dev:443',
  'constructor',
  '__proto__',
])('of %s nothing is known, even if it looks like one', (registry) => {
  expect(knownChallenge(registry)).toBeNull();
  expect(knownStorage(registry)).toBeNull();
});
