import { AssertImageError } from '../errors.ts';
import type { Descriptor } from '../reference/descriptor.ts';
import { algorithmOf, type Digest, digestOf } from '../reference/digest.ts';
import type { Document, Source } from '../source/source.ts';

/** A document that an index names. @throws AssertImageError `incomplete`, `digest-mismatch` or what the source gives */
export async function fetchChild(source: Source, descriptor: Descriptor): Promise<Document> {
  const data = embedded(descriptor);
  if (data !== null) return { bytes: data, digest: descriptor.digest, contentType: undefined };
  const document = await whole(descriptor.digest, source.manifest(descriptor.digest));
  if (document.bytes.length !== descriptor.size) {
    throw new AssertImageError(
      'digest-mismatch',
      `the manifest ${descriptor.digest} has ${document.bytes.length} bytes, its index says ${descriptor.size}.`,
    );
  }
  return document;
}

/** The config that a manifest names. @throws AssertImageError `incomplete`, `digest-mismatch` or what the source gives */
export async function fetchConfig(source: Source, parent: Digest, descriptor: Descriptor): Promise<Uint8Array> {
  return embedded(descriptor) ?? whole(parent, source.blob(descriptor));
}

/** Content that stands in its descriptor already: one request less, once it is what the digest says (catalogue M-9). */
function embedded({ data, digest, size }: Descriptor): Uint8Array | null {
  if (data === undefined) return null;
  const bytes = Buffer.from(data, 'base64');
  const isWhole = bytes.toString('base64') === data && bytes.length === size;
  if (isWhole && digestOf(bytes, algorithmOf(digest)) === digest) return bytes;
  throw new AssertImageError(
    'digest-mismatch',
    `the content that is embedded for ${digest} does not have that digest.`,
    {
      hint: 'Some clients would run the one, and some the other. Do not deploy.',
    },
  );
}

/** What is missing below an image that was found is no missing image: somebody deletes or copies just now. */
async function whole<T>(parent: Digest, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof AssertImageError) || error.code !== 'missing') throw error;
    throw new AssertImageError('incomplete', `the image is incomplete: ${error.message}`, {
      hint: `It was found, but not all that it names (${parent}). A push or copy may be under way, or a clean-up removed parts of it.`,
      cause: error,
    });
  }
}
