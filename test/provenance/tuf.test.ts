import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { type TufStart, type TufVersions, type TufVisit, visitTuf } from '../../src/provenance/tuf.ts';
import { TestTuf, type TufOptions } from '../support/tuf.ts';

const OLD = Buffer.from('{"old":true}');
const NEW = Buffer.from('{"new":true}');
const visit = (tuf: TestTuf, versions: TufVersions | null = null, start: Partial<TufStart> = {}): Promise<TufVisit> =>
  visitTuf(tuf, { root: tuf.firstRoot, versions, ...start }, { name: 'trusted_root.json', known: OLD });

describe('a repository that is fresh', () => {
  test('with the target that we have: four requests, and it is not fetched', async () => {
    const tuf = new TestTuf(OLD);
    const { target, root, versions } = await visit(tuf);
    expect(target).toEqual(OLD);
    expect(root).toEqual(tuf.firstRoot);
    expect(versions).toEqual({ timestamp: 1, snapshot: 1, targets: 1 });
    expect(tuf.asked.toSorted()).toEqual(['1.snapshot.json', '1.targets.json', '2.root.json', 'timestamp.json']);
  });
  test('with a newer one', async () => {
    const tuf = new TestTuf(NEW, { versions: { timestamp: 7, snapshot: 5, targets: 3 } });
    expect(await visit(tuf)).toMatchObject({ target: NEW, versions: { timestamp: 7, snapshot: 5, targets: 3 } });
  });
  test('with roots that came after ours', async () => {
    const tuf = new TestTuf(NEW, { rotations: 3 });
    expect((await visit(tuf)).root).toEqual(tuf.files.get('4.root.json'));
    expect(tuf.asked).toContain('5.root.json');
  });
  test('whose files are overwritten', async () => {
    const tuf = new TestTuf(NEW, { rotations: 1, isConsistent: false });
    expect((await visit(tuf)).target).toEqual(NEW);
  });
  test('the same versions as at the last visit, and newer ones', async () => {
    const tuf = new TestTuf(NEW, { versions: { timestamp: 7, snapshot: 5, targets: 3 } });
    expect((await visit(tuf, { timestamp: 7, snapshot: 5, targets: 3 })).target).toEqual(NEW);
    expect((await visit(tuf, { timestamp: 6, snapshot: 4, targets: 2 })).target).toEqual(NEW);
  });
});

describe('a repository that is not to be trusted', () => {
  const PAST = '2020-01-01T00:00:00Z';
  test.each<[string, TufOptions, string]>([
    ['a timestamp of another key', { forged: 'timestamp' }, 'timestamp was signed by 0/1 keys'],
    ['a snapshot of another key', { forged: 'snapshot' }, 'snapshot was signed by 0/1 keys'],
    ['targets of another key', { forged: 'targets' }, 'targets was signed by 0/1 keys'],
    ['a root of another key', { forged: 'root', rotations: 1 }, 'root was signed by 0/1 keys'],
    ['an expired timestamp', { expires: { timestamp: PAST } }, 'timestamp.json is expired'],
    ['an expired snapshot', { expires: { snapshot: PAST } }, 'snapshot.json is expired'],
    ['expired targets', { expires: { targets: PAST } }, 'targets.json is expired'],
    ['an expired root', { expires: { root: PAST }, rotations: 1 }, 'root.json is expired'],
    ['a root that has been rolled back', { rotations: 1, rootVersion: 1 }, 'Expected version 2, got 1'],
    ['a root that leaves one out', { rotations: 1, rootVersion: 3 }, 'Expected version 2, got 3'],
    [
      'another target than its list says',
      { targetBytes: Buffer.from('{"new":fals}') },
      'its trusted_root.json is not what its list says',
    ],
    [
      'a target of another length',
      { targetBytes: Buffer.from('{}') },
      'its trusted_root.json is not what its list says',
    ],
    ['a list without it', { target: null }, 'it has no trusted_root.json'],
  ])('%s', async (_, options, message) => {
    const thrown: unknown = await visit(new TestTuf(NEW, options)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'protocol', message: expect.stringContaining(message) as string });
  });

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'a %s that is older than at the last visit',
    async (name) => {
      const known = { timestamp: 1, snapshot: 1, targets: 1, [name]: 2 };
      await expect(visit(new TestTuf(NEW), known)).rejects.toThrow(`its ${name} has been rolled back from 2 to 1`);
    },
  );

  test('metadata of an older version than what names it', async () => {
    const tuf = new TestTuf(NEW, { versions: { snapshot: 2 } });
    const old = new TestTuf(NEW);
    tuf.files.set('2.snapshot.json', old.files.get('1.snapshot.json') as Uint8Array);
    await expect(visit(tuf)).rejects.toMatchObject({ code: 'protocol' });
  });

  test('what is no JSON', async () => {
    for (const name of ['timestamp.json', '1.snapshot.json', '1.targets.json']) {
      const tuf = new TestTuf(NEW);
      tuf.files.set(name, Buffer.from('<html>'));
      await expect(visit(tuf)).rejects.toMatchObject({ code: 'protocol' });
    }
  });

  test('roots without end', async () => {
    const tuf = new TestTuf(NEW, { rotations: 60 });
    await visit(tuf);
    expect(tuf.asked.filter((path) => /^[0-9]+\.root/.test(path))).toHaveLength(32);
  });
});

describe('a repository that cannot be reached', () => {
  test.each(['timestamp.json', '1.snapshot.json', '1.targets.json'])('without %s', async (name) => {
    const tuf = new TestTuf(NEW);
    tuf.files.delete(name);
    await expect(visit(tuf)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(name) as string,
    });
  });
  test('without the target', async () => {
    const tuf = new TestTuf(NEW);
    for (const name of tuf.files.keys()) if (name.startsWith('targets/')) tuf.files.delete(name);
    await expect(visit(tuf)).rejects.toMatchObject({ code: 'unavailable' });
  });
  test('its failure is what is thrown', async () => {
    const tuf = new TestTuf(NEW);
    tuf.failure = new AssertImageError('unreachable', 'no');
    await expect(visit(tuf)).rejects.toBe(tuf.failure);
  });
});
