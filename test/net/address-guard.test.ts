import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { AddressGuard } from '../../src/net/address-guard.ts';

const socket = (remoteAddress: string): Socket => ({ remoteAddress }) as Socket;
const guardOf = (isStranger = false): AddressGuard => new AddressGuard('https://r.example.com', isStranger);

describe('a connection is refused by its real address, not by the one that was resolved', () => {
  test.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])('%s', (address) => {
    expect(() => guardOf().for(false).connected('inner.example.com', socket(address))).toThrow('refused to connect');
  });

  test('a public one is let through, and so is the registry itself where it is', () => {
    guardOf().for(false).connected('cdn.example.com', socket('203.0.113.1'));
    guardOf().for(true).connected('r.example.com', socket('10.0.0.1'));
    expect(() => guardOf().for(true).connected('r.example.com', socket('169.254.169.254'))).toThrow('metadata');
  });

  test('a registry that was connected to on a private network opens it, and no more', () => {
    const guard = guardOf();
    guard.for(true).connected('r.example.com', socket('10.0.0.1'));
    guard.for(false).connected('inner.example.com', socket('10.0.0.2'));
    expect(() => guard.for(false).connected('inner.example.com', socket('127.0.0.1'))).toThrow('loopback');
  });

  test('one public address closes it for good', () => {
    const guard = guardOf();
    guard.for(true).connected('r.example.com', socket('10.0.0.1'));
    guard.for(true).connected('r.example.com', socket('203.0.113.1'));
    expect(() => guard.for(false).connected('inner.example.com', socket('10.0.0.2'))).toThrow('private');
  });

  test('a registry that only an image names may not be near to us', () => {
    expect(() => guardOf(true).for(true).connected('r.example.com', socket('10.0.0.1'))).toThrow('private');
    expect(() => guardOf(true).for(true).connected('r.example.com', socket('127.0.0.1'))).toThrow('loopback');
  });
});
