/**
 * Layouts as tar files with every spelling, repetition and link: what we read is what `tar -x` leaves on the disk, or
 * it is an error. GNU tar is the model; skopeo unpacks in the same way.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as fc from 'fast-check';
import { type Header, pack } from 'tar-stream';
import { afterAll, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { openLayoutFiles } from '../../src/layout/files.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-tars-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BLOB = `blobs/sha256/${'a'.repeat(64)}`;
const PLAIN = ['index.json', 'oci-layout', BLOB, 'other.json', `other/${'a'.repeat(64)}`];
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name,
  (name) => name,
  (name) => `./${name}`,
  (name) => `././${name}`,
  (name) => `/${name}`,
  (name) => `blobs/../${name}`,
  (name) => name.replace('/', '//'),
  (name) => `${name}/`,
];

interface Entry {
  readonly header: Partial<Header> & { name: string };
  readonly text: string;
}
const entry: fc.Arbitrary<Entry> = fc
  .record({
    name: fc.tuple(fc.constantFrom(...SPELLINGS), fc.constantFrom(...PLAIN)).map(([spell, name]) => spell(name)),
    type: fc.constantFrom('file', 'file', 'file', 'file', 'link', 'symlink', 'directory', 'contiguous-file'),
    target: fc.constantFrom(...PLAIN, '../index.json', '../../other.json'),
    text: fc.integer({ min: 0, max: 999 }).map((value) => JSON.stringify({ value })),
  })
  .map(({ name, type, target, text }) => {
    const isLink = type === 'link' || type === 'symlink';
    const isFile = type === 'file' || type === 'contiguous-file';
    return {
      header: { name, type, ...(isLink ? { linkname: target } : {}) },
      text: isFile ? text : '',
    };
  });
const folders: Entry[] = ['blobs/', 'blobs/sha256/'].map((name) => ({ header: { name, type: 'directory' }, text: '' }));

const hasTar = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout.includes('GNU tar');

test.skipIf(!hasTar)(
  'what is read from a tar is what GNU tar unpacks',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async (entries) => {
        const file = path.join(folder, 'layout.tar');
        const tar = pack();
        for (const { header, text } of [...folders, ...entries]) tar.entry(header, text);
        tar.finalize();
        await pipeline(tar, createWriteStream(file));
        const unpacked = path.join(folder, 'unpacked');
        rmSync(unpacked, { recursive: true, force: true });
        mkdirSync(unpacked);
        // It warns of what it leaves out, and goes on.
        spawnSync('tar', ['-xf', file, '-C', unpacked]);
        let read: Awaited<ReturnType<typeof openLayoutFiles>>;
        try {
          read = await openLayoutFiles(file);
        } catch (error) {
          expect(error).toBeInstanceOf(AssertImageError);
          expect(['ambiguous', 'malformed']).toContain((error as AssertImageError).code);
          return;
        }
        for (const name of ['index.json', 'oci-layout', BLOB]) {
          const place = path.join(unpacked, name);
          const there = existsSync(place) ? readFileSync(place, 'utf8') : null;
          expect([name, (await read(name))?.toString() ?? null]).toEqual([name, there]);
        }
      }),
      bounded(250),
    );
  },
  FUZZ_TIMEOUT_MS,
);

test.skipIf(!hasTar)('the model sees what a second entry does', () => {
  const place = path.join(folder, 'model');
  mkdirSync(place);
  execFileSync(
    'sh',
    [
      '-c',
      'echo one > index.json; tar -cf two.tar index.json; echo two > index.json; tar -rf two.tar index.json; tar -xf two.tar',
    ],
    { cwd: place },
  );
  expect(readFileSync(path.join(place, 'index.json'), 'utf8')).toBe('two\n');
});
