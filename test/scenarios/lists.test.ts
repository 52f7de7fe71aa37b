/** Where a list of tags ends, and where it was cut. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

const fresh = buildImage();

const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

let registry: FakeRegistry;

beforeEach(async () => void (registry = await FakeRegistry.start({ auth: 'none', cdn: false })));

afterEach(() => registry.stop());

const run = (tag: string, inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: `${registry.host()}/app:${tag}`, ...inputs } });

const tags = Array.from({ length: 70 }, (_, at) => `v${String(at).padStart(3, '0')}`);

const lists: [string, (all: string[], last: string | null) => string[]][] = [
  ['cut at 30 without a Link', (all, last) => all.filter((tag) => last === null || tag > last).slice(0, 30)],
  [
    'whose next page begins with a name of the one before',
    (all, last) => (last === null ? all.slice(0, 50) : ['v000', ...all.slice(50)]),
  ],
];

test.each(lists)('a list %s: the stale image on it is seen', async (_, list) => {
  for (const tag of tags) registry.push('app', tag, tag === 'v069' ? stale : fresh);
  registry.override((request, response) => {
    if (!request.path.includes('/tags/list')) return false;
    const last = new URL(request.path, 'http://registry.example').searchParams.get('last');
    send(response, 200, JSON.stringify({ tags: list(tags, last) }));
    return true;
  });
  expect((await run('v*')).outputs['result']).toBe('fail');
});

test.each([403, 401])('a next page that is refused with %i was there: an error, and not the end', async (status) => {
  for (const tag of tags.slice(0, 25)) registry.push('app', tag, fresh);
  registry.override((request, response) => {
    if (!request.path.includes('last=')) return false;
    send(response, status, '{"errors":[{"code":"DENIED"}]}');
    return true;
  });
  expect((await run('v*')).outputs['result']).toBe('error');
});

test('a registry that refuses "last" has given all of its list', async () => {
  for (const tag of tags.slice(0, 25)) registry.push('app', tag, fresh);
  registry.override((request, response) => {
    if (!request.path.includes('last=')) return false;
    send(response, 400, '{"errors":[{"code":"UNSUPPORTED"}]}');
    return true;
  });
  expect((await run('v*')).outputs['result']).toBe('pass');
});
