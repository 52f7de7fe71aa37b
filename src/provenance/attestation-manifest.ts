import { AssertImageError } from '../base/errors.ts';
import { type Descriptor, parseDescriptor } from '../image/descriptor.ts';
import { Fields } from '../json/fields.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import { SLSA_V1 } from '../image/bundles.ts';
import { SLSA_V02 } from './statement.ts';

const NAMES = ['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'annotations', 'subject', 'manifests'];
const IN_TOTO = 'application/vnd.in-toto+json';
const PREDICATE_TYPE = 'in-toto.io/predicate-type';

/**
 * The layer with the provenance, in both forms of BuildKit's attestation manifest: with the config of an image, or
 * with an empty one and a subject. Null where there is none; an SBOM is another layer, and is never fetched.
 *
 * @throws AssertImageError `malformed`, or `ambiguous` where two differ
 */
export function provenanceLayer(bytes: Uint8Array, what: string): Descriptor | null {
  const fields = new Fields(parseStrictJson(bytes, what), what, NAMES);
  const layers = (fields.list('layers') ?? []).map((layer, at) => parseDescriptor(layer, `layer ${at + 1} of ${what}`));
  const found = layers.filter(({ mediaType, annotations }) => {
    const type = annotations.get(PREDICATE_TYPE);
    return mediaType === IN_TOTO && (type === SLSA_V02 || type === SLSA_V1);
  });
  const digests = new Set(found.map(({ digest }) => digest));
  if (digests.size > 1)
    throw new AssertImageError('ambiguous', `${what} has ${digests.size} layers of provenance that differ.`, {
      hint: 'Tools differ in which they read. Build and push the image again.',
    });
  return found[0] ?? null;
}
