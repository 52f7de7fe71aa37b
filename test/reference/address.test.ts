import { expect, test } from 'vitest';
import { addressKind, hostKind } from '../../src/reference/address.ts';

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['128.0.0.1', 'public'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['169.254.169.254', 'metadata'],
  ['fe80::1', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['100.100.100.201', 'private'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.1', 'private'],
  ['fd12::1', 'private'],
  ['2001:db8::1', 'public'],
  ['ghcr.io', null],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test.each([
  ['localhost', 'loopback'],
  ['[::1]', 'loopback'],
  ['localhost.evil.example', null],
  ['127.0.0.1.evil.example', null],
])('the host %s is %s', (host, kind) => {
  expect(hostKind(host)).toBe(kind);
});
