import { describe, expect, test } from 'vitest';
import { knownChallenge, knownStorage } from '../../../src/registry/auth/known-services.ts';

describe('a token service is known of', () => {
  test.each([
    ['docker.io', 'https://auth.docker.io/token'],
    ['europe-docker.pkg.dev', 'https://europe-docker.pkg.dev/v2/token'],
    ['gcr.io', 'https://gcr.io/v2/token'],
    ['asia.gcr.io', 'https://asia.gcr.io/v2/token'],
    ['acme.azurecr.io', 'https://acme.azurecr.io/oauth2/token'],
    ['acme-a1b2c3.azurecr.io', 'https://acme-a1b2c3.azurecr.io/oauth2/token'],
  ])('%s', (registry, realm) => {
    expect(knownChallenge(registry)?.parameters.get('realm')).toBe(realm);
  });

  test.each([
    'azurecr.io',
    'evil-azurecr.io.example.com',
    'acme.azurecr.io.example.com',
    'a.b.azurecr.io',
    'acme.azurecr.io:8443',
    'evilgcr.io',
    'a.gcr.io',
    'gcr.io.example.com',
    'gcr.io:443',
    'docker.pkg.dev',
    'a.b-docker.pkg.dev',
    'constructor',
    '__proto__',
  ])('not of %s', (registry) => {
    expect([knownChallenge(registry), knownStorage(registry)]).toEqual([null, null]);
  });
});
