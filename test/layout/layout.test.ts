/** Layouts that tools read in two ways, and layouts that could not be looked at: errors both, never "missing". */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.ts';
import { AssertImageError } from '../../src/base/errors.ts';
import { readImage } from '../../src/image/image.ts';
import { Layout } from '../../src/layout/layout.ts';
import { buildImage, COMMIT, descriptorOf, OTHER_COMMIT, REVISION } from '../support/images.ts';

const image = buildImage();
const other = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });
const indexOf = ({ manifest }: typeof image): string =>
  JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(manifest)] });
const blobName = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

interface Special {
  readonly type: 'link' | 'symlink' | 'fifo' | 'character-device';
  readonly link?: string;
}
type Member = readonly [name: string, content: string | Special];
const WHOLE: readonly Member[] = [
  ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
  ['index.json', indexOf(image)],
  ...[image, other].flatMap(({ manifest, config }) =>
    [manifest, config].map(({ digest, bytes }): Member => [blobName(digest), bytes.toString()]),
  ),
];

let folder: string;
let count = 0;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'assert-image-layout-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function writeTar(members: readonly Member[]): Promise<string> {
  const tar = pack();
  for (const [name, content] of members) {
    if (typeof content === 'string') tar.entry({ name }, content);
    else tar.entry({ name, type: content.type, ...(content.link !== undefined && { linkname: content.link }) });
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const file = path.join(folder, `${(count += 1)}.tar`);
  writeFileSync(file, Buffer.concat(chunks));
  return file;
}

function writeFolder(members: readonly Member[]): string {
  const place = path.join(folder, String((count += 1)));
  for (const [name, content] of members) {
    const file = path.join(place, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
  }
  return place;
}

async function revisionOf(place: string, tag = ''): Promise<string | undefined> {
  const deadline = new Deadline(5000, place);
  try {
    const read = await readImage(new Layout(place).within(deadline), tag, 'all');
    return read.platforms[0]?.configFile.config.labels.get(REVISION);
  } finally {
    deadline.clear();
  }
}
const failureOf = async (place: string, tag = ''): Promise<string> =>
  revisionOf(place, tag).then(
    () => 'read',
    (error: unknown) => (error instanceof AssertImageError ? error.code : String(error)),
  );

test('a whole one is read, as a folder and as a tar, with "./" in front or not', async () => {
  expect(await revisionOf(writeFolder(WHOLE))).toBe(COMMIT);
  expect(await revisionOf(await writeTar(WHOLE))).toBe(COMMIT);
  expect(await revisionOf(await writeTar(WHOLE.map(([name, content]) => [`./${name}`, content])))).toBe(COMMIT);
});

describe('a tar that other tools read otherwise is ambiguous', () => {
  test.each([
    './/index.json',
    '././index.json',
    '/index.json',
    '//index.json',
    'blobs/../index.json',
    './blobs/sha256/../../index.json',
    '../index.json',
    'index.json',
    './index.json',
    'index.json/',
  ])('a second index as %s', async (name) => {
    const second: Member = [name, indexOf(other)];
    expect(await failureOf(await writeTar([...WHOLE, second]))).toBe('ambiguous');
    expect(await failureOf(await writeTar([second, ...WHOLE]))).toBe('ambiguous');
  });

  test.each(['link', 'symlink'] as const)('a %s in place of the index, of the marker or of a blob', async (type) => {
    for (const name of ['index.json', 'oci-layout', blobName(image.config.digest)]) {
      const members = WHOLE.map((member): Member => (member[0] === name ? [name, { link: 'blobs/x', type }] : member));
      expect(await failureOf(await writeTar([['blobs/x', indexOf(other)], ...members]))).toBe('ambiguous');
    }
  });

  test.each(['fifo', 'character-device'] as const)('a %s in place of the index or of the marker', async (type) => {
    for (const name of ['index.json', 'oci-layout']) {
      const members = WHOLE.map((member): Member => (member[0] === name ? [name, { type }] : member));
      expect(await failureOf(await writeTar(members))).toBe('ambiguous');
    }
  });

  test('a blob twice, with the same name', async () => {
    const [name, bytes] = WHOLE[2] as [string, string];
    expect(await failureOf(await writeTar([...WHOLE, [name, bytes]]))).toBe('ambiguous');
  });
});

test('an index that begins with a line break is JSON', async () => {
  const members = WHOLE.map(([name, content]): Member => [
    name,
    name === 'index.json' ? `\n  ${indexOf(image)}` : content,
  ]);
  expect(await revisionOf(await writeTar(members))).toBe(COMMIT);
  expect(await revisionOf(writeFolder(members))).toBe(COMMIT);
});

describe('a tar is compressed if it begins with both bytes of the mark of gzip', () => {
  test('compressed', async () => {
    const file = await writeTar(WHOLE);
    writeFileSync(file, gzipSync(readFileSync(file)));
    expect(await revisionOf(file)).toBe(COMMIT);
  });
  test('a file whose name begins with the first of them', async () => {
    expect(await revisionOf(await writeTar([['\u001f', ''], ...WHOLE]))).toBe(COMMIT);
  });
});

describe('what is kept of a tar', () => {
  const MEBIBYTE = 1024 * 1024;
  const json = (size: number): string => '{'.padEnd(size, ' ');
  const blobs = (...contents: readonly string[]): Member[] =>
    contents.map((content, at) => [blobName(`sha256:${String(at).repeat(64)}`), content]);

  test('a document that comes in several chunks', async () => {
    const index = JSON.stringify({
      schemaVersion: 2,
      annotations: { note: 'a'.repeat(300_000) },
      manifests: [descriptorOf(image.manifest)],
    });
    const members = WHOLE.map(([name, content]): Member => [name, name === 'index.json' ? index : content]);
    expect(await revisionOf(await writeTar(members))).toBe(COMMIT);
  });
  test('no layer, however large, and if it begins as JSON does', async () => {
    const layer = json(8 * MEBIBYTE + 1);
    expect(await revisionOf(await writeTar([...blobs(layer, layer, layer), ...WHOLE]))).toBe(COMMIT);
  });
  test('16 MiB of documents, and 512 bytes for each name; no byte more', async () => {
    const whole = WHOLE.reduce((sum, [, content]) => sum + (content as string).length, 0);
    const rest = 8 * MEBIBYTE - whole - 512 * (WHOLE.length + 2);
    expect(await revisionOf(await writeTar([...WHOLE, ...blobs(json(8 * MEBIBYTE), json(rest))]))).toBe(COMMIT);
    const more = await writeTar([...WHOLE, ...blobs(json(8 * MEBIBYTE), json(rest + 1))]);
    expect(await failureOf(more)).toBe('too-large');
  });
});

describe('which image of a layout', () => {
  type Entries = readonly (readonly [of: typeof image, name?: string])[];
  const named = (entries: Entries): string => {
    const manifests = entries.map(([{ manifest }, name]) => ({
      ...descriptorOf(manifest),
      ...(name !== undefined && { annotations: { 'org.opencontainers.image.ref.name': name } }),
    }));
    return writeFolder(
      WHOLE.map(([file, content]) => [file, file === 'index.json' ? JSON.stringify({ manifests }) : content]),
    );
  };

  test.each<[tag: string, entries: Entries, revision: string]>([
    ['', [[image]], COMMIT],
    [
      '',
      [
        [image, 'v1'],
        [image, 'v2'],
      ],
      COMMIT,
    ],
    [
      'v1',
      [
        [image, 'v1'],
        [other, 'v2'],
      ],
      COMMIT,
    ],
    [
      'v2',
      [
        [image, 'v1'],
        [other, 'v2'],
      ],
      OTHER_COMMIT,
    ],
    [
      'v2',
      [
        [image, 'acme/app:v1'],
        [other, 'acme/app:v2'],
      ],
      OTHER_COMMIT,
    ],
    ['v2', [[image], [other, 'v2']], OTHER_COMMIT],
  ])('tag %j', async (tag, entries, revision) => {
    expect(await revisionOf(named(entries), tag)).toBe(revision);
  });

  test.each<[tag: string, entries: Entries, text: string]>([
    ['', [[image, 'v1'], [other]], 'has 2 images that could be meant; its tags are "v1", "".'],
    [
      'v1',
      [
        [image, 'v1'],
        [other, 'a:v1'],
      ],
      'has 2 images that could be meant; its tags are "v1", "a:v1".',
    ],
    [
      'v',
      [
        [image, 'v1'],
        [other, 'v2'],
      ],
      'has no image "v"; its tags are "v1", "v2".',
    ],
    ['', [], 'has no image ""; its tags are none.'],
  ])('tag %j is an error', async (tag, entries, text) => {
    await expect(revisionOf(named(entries), tag)).rejects.toThrow(text);
  });
});

describe('a layout that is not what it says', () => {
  const replaced = (name: string, content: string): string =>
    writeFolder(WHOLE.map((member) => (member[0] === name ? [name, content] : member)));
  const config = image.config.bytes.toString();

  test.each([
    ['another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}', 'malformed'],
    [
      'another config of the same size',
      blobName(image.config.digest),
      config.replace(COMMIT, OTHER_COMMIT),
      'digest-mismatch',
    ],
    [
      'another size in the index',
      'index.json',
      JSON.stringify({ manifests: [{ ...descriptorOf(image.manifest), size: image.manifest.bytes.length + 1 }] }),
      'digest-mismatch',
    ],
  ])('%s', async (_, name, content, code) => {
    expect(await failureOf(replaced(name, content))).toBe(code);
  });
  test('no marker', async () => {
    expect(await failureOf(writeFolder(WHOLE.filter(([name]) => name !== 'oci-layout')))).toBe('malformed');
  });
});

describe('only a layout that is not there, and a tag that it does not name, are missing', () => {
  test('nothing at that path; a tag', async () => {
    expect(await failureOf(path.join(folder, 'nowhere'))).toBe('missing');
    expect(await failureOf(writeFolder(WHOLE), 'none')).toBe('missing');
  });

  test.each([
    ['a path below a file (ENOTDIR)', (): string => path.join(writeFolder(WHOLE), 'index.json', 'x')],
    ['a name that is too long (ENAMETOOLONG)', (): string => path.join(folder, 'a'.repeat(300))],
    [
      'a link to itself (ELOOP)',
      (): string => {
        symlinkSync(path.join(folder, 'loop'), path.join(folder, 'loop'));
        return path.join(folder, 'loop');
      },
    ],
    [
      'a layout whose index is a link to itself',
      (): string => {
        const place = writeFolder(WHOLE.filter(([name]) => name !== 'index.json'));
        symlinkSync(path.join(place, 'index.json'), path.join(place, 'index.json'));
        return place;
      },
    ],
    ['a layout without an index', (): string => writeFolder(WHOLE.filter(([name]) => name !== 'index.json'))],
    [
      'a layout whose blob is gone',
      (): string => writeFolder(WHOLE.filter(([name]) => name !== blobName(image.manifest.digest))),
    ],
    [
      'a layout whose config is gone',
      (): string => writeFolder(WHOLE.filter(([name]) => name !== blobName(image.config.digest))),
    ],
  ])('%s is an error', async (_, make) => {
    expect(await failureOf(make())).toMatch(/^(malformed|incomplete)$/);
  });
});
