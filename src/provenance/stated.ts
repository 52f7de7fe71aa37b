import pMap from 'p-map';
import { attestationAbout } from '../image/attestations.ts';
import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { Reading } from '../image/reading.ts';
import type { StatedProvenance } from '../image/stated-provenance.ts';
import { provenanceLayer } from './attestation-manifest.ts';
import { readBuildKit } from './buildkit.ts';
import { isAbout, parseStatement } from './statement.ts';

const AT_ONCE = 8;

/**
 * The image, with what BuildKit wrote beside those of its platforms that are wanted: two requests each.
 *
 * @throws AssertImageError what the source gives, `malformed`, `ambiguous`
 */
export async function withStatedProvenance(
  image: Image,
  reading: Reading,
  isWanted: (platform: PlatformImage) => boolean,
): Promise<Image> {
  const platforms = await pMap(
    image.platforms,
    async (platform) =>
      isWanted(platform) ? { ...platform, provenance: await readOf(platform, image, reading) } : platform,
    { concurrency: AT_ONCE },
  );
  return { ...image, platforms };
}

async function readOf({ manifestDigest }: PlatformImage, image: Image, reading: Reading): Promise<StatedProvenance> {
  const entry = attestationAbout(manifestDigest, image.attestations);
  if (entry === null) return { kind: 'none', reason: 'there is no attestation beside it' };
  const manifest = await reading.child(entry);
  const layer = provenanceLayer(manifest.bytes, `the attestation manifest ${entry.digest}`);
  if (layer === null) return { kind: 'none', reason: `its attestation manifest ${entry.digest} holds no provenance` };
  const what = `the provenance ${layer.digest}`;
  const statement = parseStatement(await reading.blob(entry.digest, layer, 'provenance'), what);
  if (!isAbout(statement, manifestDigest)) return { kind: 'foreign', subjects: statement.subjects.slice(0, 3) };
  const facts = readBuildKit(statement, what);
  if (typeof facts === 'string')
    return {
      kind: 'none',
      reason: `its provenance is of the build type ${JSON.stringify(facts)}, which is not read here`,
    };
  return { kind: 'stated', facts };
}
