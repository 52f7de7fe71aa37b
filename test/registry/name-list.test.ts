/** Lists of names, over HTTP: what ends one, and what does not. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.ts';
import { openTestRegistries } from '../support/source.ts';

let server: Server;
afterEach(() => void server.close());

interface Page {
  readonly tags: readonly string[];
  readonly link?: string;
}

/** The tags that are seen, and how many requests it took. */
async function read(pageOf: (query: URLSearchParams) => Page): Promise<{ tags: string[]; requests: number }> {
  let requests = 0;
  server = createServer(({ url = '' }, response) => {
    requests += 1;
    const { tags, link } = pageOf(new URL(url, 'http://registry').searchParams);
    response.writeHead(200, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) });
    response.end(JSON.stringify({ name: 'app', tags }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registries = openTestRegistries();
  const deadline = new Deadline(20_000, 'the list');
  const seen = new Set<string>();
  try {
    const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const repository = registries.repository({ registry, repository: 'app', tag: null, digest: null });
    await repository.tags((tag) => seen.add(tag), deadline);
  } finally {
    deadline.clear();
    await registries.close();
  }
  return { tags: [...seen].toSorted(), requests };
}

const many = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `v${1000 + from + at}`);

test('a registry that knows neither "n" nor "last", and lists as it comes, gives the same once more', async () => {
  let turn = 0;
  const all = many(40);
  const { tags, requests } = await read(() => {
    turn += 7;
    return { tags: [...all.slice(turn % 40), ...all.slice(0, turn % 40)] };
  });
  expect(tags).toEqual(all);
  expect(requests).toBe(2);
});

test('a page that is the same as the one before, and links to another, is not the end', async () => {
  const first = many(30);
  const { tags } = await read((query) => {
    if (query.has('x')) return { tags: many(60, 30) };
    return query.has('last') ? { tags: first, link: '</v2/app/tags/list?x=2>; rel="next"' } : { tags: first };
  });
  expect(tags).toEqual([...first, ...many(60, 30)]);
});

test('an empty page that links to another is not the end', async () => {
  const { tags } = await read((query) =>
    query.has('x') ? { tags: ['v1'] } : { tags: [], link: '</v2/app/tags/list?x=2>; rel="next"' },
  );
  expect(tags).toEqual(['v1']);
});

test('a link that leads back is an error, not a list without end', async () => {
  const link = '</v2/app/tags/list?x=1>; rel="next"';
  const other = '</v2/app/tags/list?x=2>; rel="next"';
  await expect(read((query) => ({ tags: ['v1'], link: query.get('x') === '1' ? other : link }))).rejects.toMatchObject({
    code: 'too-large',
  });
});
