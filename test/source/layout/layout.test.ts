/** Layouts that tools read in two ways, and layouts that could not be looked at: errors both, never "missing". */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/deadline.ts';
import { AssertImageError } from '../../../src/errors.ts';
import { readImage } from '../../../src/image/image.ts';
import { Layout } from '../../../src/source/layout/layout.ts';
import { buildImage, COMMIT, descriptorOf, OTHER_COMMIT, REVISION } from '../../support/images.ts';

const image = buildImage();
const other = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });
const indexOf = ({ manifest }: typeof image): string =>
  JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(manifest)] });
const blobName = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

type Member = readonly [name: string, content: string | { link: string; type: 'link' | 'symlink' }];
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
    else tar.entry({ name, type: content.type, linkname: content.link });
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
