/** Which entry of a configuration counts. */
import { expect, test } from 'vitest';
import { findAuth } from '../../src/credentials/credentials.ts';

test('the exact key wins over one that means the same (A-21)', () => {
  const auths = new Map([
    ['https://reg.example.com', { auth: 'old' }],
    ['reg.example.com', { auth: 'new' }],
  ]);
  expect(findAuth(auths, 'reg.example.com', 'app')?.[0]).toBe('reg.example.com');
});
