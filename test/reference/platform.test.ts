import { describe, expect, test } from 'vitest';
import { formatPlatform, normalizePlatform, parseWantedPlatform, satisfies } from '../../src/reference/platform.ts';

describe('platforms are compared as runtimes name them (catalogue M-15)', () => {
  test.each([
    [{ os: 'Linux', architecture: 'x86_64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'amd64', variant: 'v1' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, 'linux/amd64/v3'],
    [{ os: 'linux', architecture: 'aarch64', variant: '8' }, 'linux/arm64'],
    [{ os: 'linux', architecture: 'arm' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'arm', variant: '6' }, 'linux/arm/v6'],
    [{ os: 'linux', architecture: 'armhf' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'armel' }, 'linux/arm/v6'],
    [{ os: 'linux', architecture: 'i386' }, 'linux/386'],
    [{ os: 'macos', architecture: 'arm64' }, 'darwin/arm64'],
    [{ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' }, 'windows/amd64:10.0.20348.1'],
    [{ os: 'linux', architecture: 'constructor' }, 'linux/constructor'],
  ])('%o is %s', (platform, text) => {
    expect(formatPlatform(normalizePlatform(platform))).toBe(text);
  });

  test.each([
    ['linux/amd64', 'linux/amd64', true],
    ['linux/amd64', 'linux/amd64/v3', false],
    ['linux/amd64/v3', 'linux/amd64', false],
    ['linux/amd64/v1', 'linux/amd64', true],
    ['linux/arm', 'linux/arm/v6', true],
    ['linux/arm/v7', 'linux/arm', true],
    ['linux/arm/v7', 'linux/arm/v6', false],
    ['linux/armhf', 'linux/arm/v6', false],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64', 'linux/amd64', false],
    ['windows/amd64', 'linux/amd64', false],
  ])('wanted %s, offered %s: %s', (wanted, offered, holds) => {
    const [os, architecture, variant] = offered.split('/') as [string, string, string?];
    expect(
      satisfies(parseWantedPlatform(wanted), normalizePlatform({ os, architecture, variant: variant ?? '' })),
    ).toBe(holds);
  });

  test.each(['linux', 'linux/', '/amd64', 'linux/amd64/v1/x', 'linux/am d64', 'all'])('%s is no platform', (text) => {
    expect(() => parseWantedPlatform(text)).toThrow('is not a platform');
  });
});
