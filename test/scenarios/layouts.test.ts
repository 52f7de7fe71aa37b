/** Layouts that other tools read otherwise: errors, never a choice of ours. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Blob, buildImage, type BuiltImage, descriptorOf, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { runAction, type Run } from '../support/runner.ts';

const fresh = buildImage();

const stale = buildImage({ labels: { [REVISION]: OTHER_COMMIT } });

describe('a layout that other tools read otherwise', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'assert-image-second-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (place: string): Promise<Run> =>
    runAction({ inputs: { image: `oci-layout:${path.join(folder, place)}` } });
  const indexOf = (...images: BuiltImage[]): string =>
    JSON.stringify({ schemaVersion: 2, manifests: images.map(({ manifest }) => descriptorOf(manifest)) });
  const blobPath = ({ digest }: Blob): string => `blobs/${digest.replace(':', '/')}`;
  const blobs = [fresh, stale].flatMap(({ manifest, config }) => [manifest, config]);

  test('a second spelling of "manifests", which Go takes for the first', async () => {
    mkdirSync(path.join(folder, 'l/blobs/sha256'), { recursive: true });
    writeFileSync(path.join(folder, 'l/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const [good, bad] = [indexOf(fresh), indexOf(stale)].map((text) => text.slice(text.indexOf('['), -1));
    writeFileSync(path.join(folder, 'l/index.json'), `{"schemaVersion":2,"manifests":${good},"Manifests":${bad}}`);
    for (const blob of blobs) writeFileSync(path.join(folder, 'l', blobPath(blob)), blob.bytes);
    const result = await run('l');
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain('Manifests');
  });

  type Entries = (tar: ReturnType<typeof pack>) => void;
  const tars: [string, Entries, string][] = [
    [
      'behind a link to its own folder',
      (tar) => {
        tar.entry({ name: 'd', type: 'symlink', linkname: '.' });
        tar.entry({ name: 'd/index.json' }, indexOf(stale));
      },
      'behind a link',
    ],
    [
      'in the extended header of a sparse file',
      (tar) => {
        const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'index.json' };
        tar.entry({ name: 'GNUSparseFile.1/other', pax }, indexOf(stale));
      },
      'as a sparse file',
    ],
    [
      'and its blobs behind a link',
      (tar) => void tar.entry({ name: 'blobs', type: 'symlink', linkname: 'x' }),
      'as a link',
    ],
  ];
  test.each(tars)('a second index.json %s', async (_, add, text) => {
    const tar = pack();
    tar.entry({ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}');
    tar.entry({ name: 'index.json' }, indexOf(fresh));
    for (const blob of blobs) tar.entry({ name: blobPath(blob) }, Buffer.from(blob.bytes));
    add(tar);
    tar.finalize();
    await pipeline(tar, createWriteStream(path.join(folder, 'l.tar')));
    const result = await run('l.tar');
    expect(result.outputs['result']).toBe('error');
    expect(result.stdout).toContain(text);
  });
});
