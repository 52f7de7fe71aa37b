import type { ImageBudget } from '../base/budget.ts';
import { AssertImageError } from '../base/errors.ts';
import { structureOf } from '../json/structure.ts';
import type { Descriptor } from './descriptor.ts';
import { algorithmOf, type Digest, digestOf } from '../reference/digest.ts';
import type { BlobRole, Document, Source } from './source.ts';

/** One image being read: every document below its reference, in one budget. */
export class Reading {
  readonly #source: Source;
  readonly #budget: ImageBudget;

  constructor(source: Source, budget: ImageBudget) {
    this.#source = source;
    this.#budget = budget;
  }

  /** What the reference resolves to. @throws AssertImageError what the source gives, `too-large` */
  async top(tagOrDigest: string): Promise<Document> {
    const document = await this.#source.manifest(tagOrDigest);
    await this.#budget.takeBytes(document.bytes.length);
    await this.#budget.takeValues(structureOf(document.bytes));
    return document;
  }

  /** A document that an index names. @throws AssertImageError `incomplete`, `digest-mismatch`, `too-large` or what the source gives */
  async child(descriptor: Descriptor): Promise<Document> {
    const { digest, size } = descriptor;
    await this.#budget.takeBytes(size);
    const data = embedded(descriptor);
    const document =
      data === null
        ? await whole(digest, this.#source.manifest(digest, size))
        : { bytes: data, digest, contentType: undefined };
    if (document.bytes.length !== size) {
      throw new AssertImageError(
        'digest-mismatch',
        `the manifest ${digest} has ${document.bytes.length} bytes, its index says ${size}.`,
      );
    }
    await this.#budget.takeValues(structureOf(document.bytes));
    return document;
  }

  /** A config or statement that a manifest names. @throws AssertImageError `incomplete`, `digest-mismatch`, `too-large` or what the source gives */
  async blob(parent: Digest, descriptor: Descriptor, role: BlobRole): Promise<Uint8Array> {
    await this.#budget.takeBytes(descriptor.size);
    const bytes = embedded(descriptor) ?? (await whole(parent, this.#source.blob(descriptor, role)));
    await this.#budget.takeValues(structureOf(bytes));
    return bytes;
  }
}

/** Content that stands in its descriptor already: one request less, once it is what the digest says (image-spec, descriptor.md, data). */
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

/** A missing part of an existing image is not a missing image: a push, copy or clean-up may be in progress. */
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
