import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.ts';
import { parseReference } from '../../../src/reference/reference.ts';
import { buildImage } from '../../support/images.ts';
import { FakeRegistry, send } from '../../support/registry.ts';
import { openTestRegistries } from '../../support/source.ts';

let registry: FakeRegistry;
beforeEach(async () => void (registry = await FakeRegistry.start()));
afterEach(async () => {
  vi.restoreAllMocks();
  await registry.stop();
});

const tokens = (): number => registry.lines().filter((line) => line.includes('/token')).length;

test.each([
  ['half of its life', 120, 1],
  ['a second before its end', 299, 2],
  ['long after', 100_000, 2],
])('a token of 300 s is used up to %s, and renewed before it expires (A-9)', async (_, seconds, expected) => {
  registry.push('app', 'a', buildImage());
  registry.push('app', 'b', buildImage({ labels: {} }));
  const registries = openTestRegistries();
  const deadline = new Deadline(20_000, 'test');
  const repository = registries.repository(parseReference(registry.reference('app', 'a')));
  await repository.within(deadline).manifest('a');
  const later = performance.now() + seconds * 1000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  const lateDeadline = new Deadline(20_000, 'test');
  await repository.within(lateDeadline).manifest('b');
  lateDeadline.clear();
  expect(tokens()).toBe(expected);
  // Renewed ahead: the registry never had to say 401 again.
  expect(registry.lines().filter((line) => line.includes('/b'))).toHaveLength(1);
  deadline.clear();
  await registries.close();
});

test.each([
  ['missing', {}],
  ['shorter than a minute', { expires_in: 1 }],
  ['negative', { expires_in: -5 }],
  ['no number', { expires_in: 'soon', issued_at: '1999-01-01T00:00:00Z' }],
])('a lifetime that is %s counts as a minute from now (A-9)', async (_, extra) => {
  registry.push('app', 'a', buildImage());
  registry.push('app', 'b', buildImage({ labels: {} }));
  registry.override((request, response) => {
    if (!request.path.startsWith('/token')) return false;
    send(response, 200, JSON.stringify({ token: 'token-9d4f2c7a1b', ...extra }));
    return true;
  });
  const registries = openTestRegistries();
  const deadline = new Deadline(20_000, 'test');
  const source = registries.repository(parseReference(registry.reference('app', 'a'))).within(deadline);
  await source.manifest('a');
  await source.manifest('b');
  expect(tokens()).toBe(1);
  deadline.clear();
  await registries.close();
});

test('requests side by side share one exchange', async () => {
  for (const tag of ['a', 'b', 'c', 'd']) registry.push('app', tag, buildImage({ labels: { tag } }));
  const registries = openTestRegistries();
  const deadline = new Deadline(20_000, 'test');
  const source = registries.repository(parseReference(registry.reference('app', 'a'))).within(deadline);
  await Promise.all(['a', 'b', 'c', 'd'].map((tag) => source.manifest(tag)));
  expect(tokens()).toBe(1);
  deadline.clear();
  await registries.close();
});
