import { describe, expect, test } from 'vitest';
import { hasMore, nextPage } from '../../src/net/next-page.ts';

const current = new URL('https://r.example.com/v2/app/tags/list?n=2');

const answer = (link: string | string[] | undefined): Parameters<typeof hasMore>[0] => ({
  headers: link === undefined ? {} : { link },
  url: current,
});

describe('the next page (RFC 8288)', () => {
  test.each([
    [undefined, null],
    ['', null],
    ['</v2/app/tags/list?last=b>; rel="next"', '/v2/app/tags/list?last=b'],
    ['<https://r.example.com/p2>;rel=next', '/p2'],
    ['<?last=b>; rel=next', '/v2/app/tags/list?last=b'],
    ['</first>; rel="first", </p2>; rel="next"', '/p2'],
    ['</p2>; title="a, b; c"; rel="prev next"', '/p2'],
    ['</p2>; REL="NEXT"', '/p2'],
    ['</p1>; rel="prev"', null],
    ['</p2>; rel="prev"; rel="next"', null],
    ['</p2>; title="say \\"next\\""; rel=last', null],
    [['</p1>; rel="prev"', '</p2>; rel="next"'], '/p2'],
    [' , </p2> ; rel = "next" , ', '/p2'],
  ])('%s', (header, next) => {
    expect(hasMore(answer(header))).toBe(next !== null);
    expect(nextPage(header, current)?.href ?? null).toBe(next === null ? null : new URL(next, current).href);
  });

  test.each([
    ['<https://evil.example/p2>; rel="next"', 'not its own'],
    ['<http://r.example.com/p2>; rel="next"', 'not its own'],
    ['<https://u:p@r.example.com/p2>; rel="next"', 'not its own'],
    ['<>; rel="next"', 'not its own'],
    ['<http://[>; rel="next"', 'not its own'],
    [`<${current.href}>; rel="next"`, 'not its own'],
    ['/v2/app/tags/list?last=b; rel="next"', 'cannot be read'],
    ['</p2>; rel="next', 'cannot be read'],
    ['</p2>; title="a"b; rel="next"', 'cannot be read'],
  ])('%s is an error, for a list that is cut would hide images', (header, text) => {
    expect(() => nextPage(header, current)).toThrow(text);
    expect(hasMore(answer(header))).toBe(true);
  });

  test.each([
    ['targets', '<'],
    ['targets that are closed', '<>'],
    ['parameters', '<x>;a=b'],
    ['quotes', '<x>;a="\\"'],
    ['semicolons', '<x>;'],
    ['spaces', '<x> '],
    ['names', '<x>;aaaaaaaa'],
  ])('60 kB of %s are read in one pass', (_, part) => {
    const header = part.repeat(60_000 / part.length);
    const started = performance.now();
    try {
      nextPage(header, current);
    } catch {
      // What matters here is that it ends.
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
