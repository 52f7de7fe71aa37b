/** However a registry cuts its list of tags into pages: every tag is seen, or the look fails. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { openTestRegistries } from '../support/source.ts';

/** How a registry pages. Those that neither link nor know `last` cannot be told from ones whose list is at its end. */
interface Habits {
  readonly tags: readonly string[];
  /** Its own limit (200 pages are read of a list); null: it answers with as many as are asked for. */
  readonly limit: number | null;
  readonly honoursN: boolean;
  readonly link: 'none' | 'absolute' | 'relative' | 'query' | 'unquoted' | 'behind another';
  readonly linksLast: boolean;
  /** Of the page before, repeated on the next. */
  readonly overlap: number;
  readonly order: 'sorted' | 'reverse';
  readonly nullWhenEmpty: boolean;
}

let habits: Habits;
let requests = 0;
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    const { tags, link } = pageOf(request);
    response.writeHead(200, { 'content-type': 'application/json', ...(link === null ? {} : { link }) });
    response.end(JSON.stringify({ name: 'app', tags: tags.length === 0 && habits.nullWhenEmpty ? null : tags }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

function pageOf({ url = '', headers: { host } }: IncomingMessage): { tags: readonly string[]; link: string | null } {
  const { searchParams, pathname } = new URL(url, 'http://registry');
  const sorted = habits.tags.toSorted();
  const all = habits.order === 'sorted' ? sorted : sorted.toReversed();
  const last = searchParams.get('last');
  const from = last === null ? 0 : Math.max(all.indexOf(last) + 1 - habits.overlap, 0);
  const asked = habits.honoursN ? Number(searchParams.get('n') ?? 100) : Infinity;
  const to = Math.min(from + habits.overlap + Math.min(asked, habits.limit ?? Infinity), all.length);
  const tags = all.slice(from, to);
  const isEnd = to >= all.length;
  const isStuck = tags.length === 0 || tags.at(-1) === last;
  if (habits.link === 'none' || (isEnd && !habits.linksLast) || isStuck) return { tags, link: null };
  const query = `?n=${searchParams.get('n') ?? 100}&last=${encodeURIComponent(tags.at(-1) ?? '')}`;
  const forms = {
    absolute: `<http://${host}${pathname}${query}>; rel="next"`,
    relative: `<${pathname}${query}>; rel="next"`,
    query: `<${query}>; rel="next"`,
    unquoted: `<${pathname}${query}>;rel=next`,
    'behind another': `</>; rel="first", <${pathname}${query}>; title="a, b"; rel="next"`,
  };
  return { tags, link: forms[habits.link] };
}

const HABITS: fc.Arbitrary<Habits> = fc
  .record({
    tags: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { maxLength: 260, size: 'max' }),
    limit: fc.option(fc.oneof(fc.integer({ min: 2, max: 120 }), fc.integer({ min: 20, max: 25 }))),
    honoursN: fc.boolean(),
    link: fc.constantFrom(
      'none' as const,
      'absolute' as const,
      'relative' as const,
      'query' as const,
      'unquoted' as const,
      'behind another' as const,
    ),
    linksLast: fc.boolean(),
    overlap: fc.integer({ min: 0, max: 3 }),
    order: fc.constantFrom('sorted' as const, 'reverse' as const),
    nullWhenEmpty: fc.boolean(),
  })
  // Below 20 names, a page without a link is taken for the end: it costs no second request (docs/registries.md).
  .map((made) => (made.link === 'none' && made.limit !== null && made.limit < 20 ? { ...made, limit: 20 } : made));

test(
  'every tag is seen',
  () =>
    fc.assert(
      fc.asyncProperty(HABITS, async (made) => {
        habits = made;
        requests = 0;
        const registries = openTestRegistries();
        const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        const deadline = new Deadline(20_000, 'the list');
        const seen = new Set<string>();
        try {
          const repository = registries.repository({ registry, repository: 'app', tag: null, digest: null });
          await repository.tags((tag) => seen.add(tag), deadline);
        } finally {
          deadline.clear();
          await registries.close();
        }
        expect([...seen].toSorted()).toEqual(made.tags.toSorted());
        // Nothing is asked for twice, but for one page behind the end.
        expect(requests).toBeLessThanOrEqual(made.tags.length / Math.min(made.limit ?? 1000, 1000) + 2);
      }),
      bounded(60),
    ),
  FUZZ_TIMEOUT_MS,
);
