import { describe, expect, test } from 'vitest';
import { AssertImageError, type ErrorCode } from '../../src/base/errors.ts';
import { parseRetryAfter, withRetries } from '../../src/net/retry.ts';

const signal = new AbortController().signal;
const answer = (status: number, retryAfter?: string): { status: number; headers: Record<string, string> } => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
});

async function triesFor(
  outcome: () => { status: number; headers: Record<string, string> },
  msLeft = 60_000,
): Promise<number> {
  let tries = 0;
  const send = async (): Promise<{ status: number; headers: Record<string, string> }> => {
    tries += 1;
    return tries === 2 ? answer(200) : outcome();
  };
  await withRetries(send, { signal, msLeft: () => msLeft }).catch(() => {});
  return tries;
}

describe('what is tried again (H-2)', () => {
  test.each([408, 429, 499, 500, 502, 503, 504, 522])('HTTP %i', async (status) => {
    expect(await triesFor(() => answer(status))).toBe(2);
  });
  test.each([200, 206, 301, 400, 401, 403, 404, 405, 410, 451, 501])('not HTTP %i', async (status) => {
    expect(await triesFor(() => answer(status))).toBe(1);
  });

  test.each(['unreachable', 'timeout'] satisfies ErrorCode[])('%s', async (code) => {
    const fail = (): never => {
      throw new AssertImageError(code, 'x');
    };
    expect(await triesFor(fail)).toBe(2);
  });
  test.each(['tls', 'protocol', 'too-large', 'digest-mismatch', 'denied'] satisfies ErrorCode[])(
    'not %s',
    async (code) => {
      const fail = (): never => {
        throw new AssertImageError(code, 'x');
      };
      expect(await triesFor(fail)).toBe(1);
    },
  );

  test('the last of four tries stands', async () => {
    let tries = 0;
    const limit = { signal, msLeft: () => 60_000 };
    const last = await withRetries(async () => answer((tries += 1) && 503), limit);
    expect([tries, last.status]).toEqual([4, 503]);
  });

  test('no pause outlives the deadline', async () => {
    expect(await triesFor(() => answer(503), 10)).toBe(1);
    expect(await triesFor(() => answer(503, '30'), 20_000)).toBe(1);
  });

  test('a pause of more than a minute is not waited for (H-3)', async () => {
    expect(await triesFor(() => answer(429, '61'), 3_600_000)).toBe(1);
  });

  test('Retry-After is kept to', async () => {
    const started = performance.now();
    await triesFor(() => answer(429, '1'));
    expect(performance.now() - started).toBeGreaterThan(950);
  });
});

describe('Retry-After in both forms (H-3)', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  test.each([
    ['5', 5_000],
    [' 5 ', 5_000],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:59:30 GMT', null],
    ['0', null],
    ['-5', null],
    ['soon', null],
    [undefined, null],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
