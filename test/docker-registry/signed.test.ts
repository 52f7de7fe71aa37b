/** An attestation beside an image in Docker's own registry, which has no referrers API: by the tag, as clients push it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { OCI_INDEX } from '../../src/image/media-types.ts';
import { canRunDockerRegistry, DockerRegistry, writeLayout } from '../support/docker-registry.ts';
import {
  type Blob,
  blobOf,
  buildBundleArtifact,
  buildTwoPlatforms,
  descriptorOf,
  OTHER_COMMIT,
} from '../support/images.ts';
import { check, expectFail, expectPass, publicInstance } from '../support/signed-image.ts';
import type { SignOptions } from '../support/signing.ts';

const canRun = canRunDockerRegistry();
const index = buildTwoPlatforms({ manifest: { layers: [] } });

describe.skipIf(!canRun)('an attestation in docker-registry', () => {
  let registry: DockerRegistry;
  let layout: string;
  beforeAll(async () => {
    registry = await DockerRegistry.start();
    layout = mkdtempSync(path.join(tmpdir(), 'assert-image-signed-'));
    writeLayout(layout, { main: index });
    for (const name of ['right', 'wrong', 'unsigned']) await registry.push(layout, 'main', `acme/${name}`);
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(layout, { recursive: true, force: true });
  });

  const urlOf = (repository: string, rest: string): string => `http://${registry.host}/v2/${repository}/${rest}`;
  async function send(method: string, url: string, body: Buffer, type: string): Promise<Response> {
    const response = await fetch(url, { method, body: new Uint8Array(body), headers: { 'content-type': type } });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return response;
  }
  async function putBlob(repository: string, { bytes, digest }: Blob): Promise<void> {
    const started = await send(
      'POST',
      urlOf(repository, 'blobs/uploads/'),
      Buffer.alloc(0),
      'application/octet-stream',
    );
    const place = new URL(started.headers.get('location') as string, urlOf(repository, ''));
    place.searchParams.set('digest', digest);
    await send('PUT', place.href, bytes, 'application/octet-stream');
  }
  const putManifest = (repository: string, name: string, { bytes, mediaType }: Blob): Promise<Response> =>
    send('PUT', urlOf(repository, `manifests/${name}`), bytes, mediaType);

  async function attest(repository: string, options: SignOptions): Promise<void> {
    const bundle = await publicInstance.sign(index.manifest.digest, options);
    const { manifest, blobs } = buildBundleArtifact(index.manifest, bundle);
    for (const blob of blobs) await putBlob(repository, blob);
    await putManifest(repository, manifest.digest, manifest);
    const list = blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptorOf(manifest)] }, OCI_INDEX);
    await putManifest(repository, index.manifest.digest.replace(':', '-'), list);
  }

  test('that counts', async () => {
    await attest('acme/right', {});
    expectPass(await check({ image: `${registry.host}/acme/right:main` }));
  });
  test('for another commit', async () => {
    await attest('acme/wrong', { extensions: { 13: OTHER_COMMIT } });
    expectFail(await check({ image: `${registry.host}/acme/wrong:main` }), 'signed, but for commit');
  });
  test('none', async () => {
    expectFail(await check({ image: `${registry.host}/acme/unsigned:main` }), 'no signed provenance for sha256:');
  });
});
