import type { ImageBudget } from '../base/budget.ts';
import { AssertImageError } from '../base/errors.ts';
import { type BundleList, type LoadBundle, MAX_BUNDLE_BYTES, MAX_BUNDLES, SLSA_V1 } from '../image/bundles.ts';
import { type Descriptor, parseDescriptor } from '../image/descriptor.ts';
import type { BlobRole, Document } from '../image/source.ts';
import { Fields } from '../json/fields.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import type { Digest } from '../reference/digest.ts';
import { type Referrers, referrersTag } from './referrers.ts';

export { listReferrers } from './referrers.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PREDICATE_TYPE = 'dev.sigstore.bundle.predicateType';
const NAMES = ['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'annotations', 'subject'];

/** How the content that a list names is read. */
export interface ReadContent {
  document(descriptor: Descriptor): Promise<Document>;
  blob(descriptor: Descriptor, role: BlobRole): Promise<Uint8Array>;
}

/**
 * The bundles among what refers to a manifest. An annotation may set one aside, and never lets one in: each is opened,
 * and says itself what it is and what it is about.
 */
export function bundlesAmong(
  { entries, broken, isCut }: Referrers,
  { subject, name }: { readonly subject: Digest; readonly name: string },
  read: ReadContent,
): BundleList {
  const open = entries.filter(({ annotations }) => (annotations.get(PREDICATE_TYPE) ?? SLSA_V1) === SLSA_V1);
  // Those that are called bundles come first, for others may be many.
  const likely = open.toSorted(
    (a, b) => Number(b.artifactType === BUNDLE_TYPE) - Number(a.artifactType === BUNDLE_TYPE),
  );
  return {
    place: `in ${name} (referrers, tag ${referrersTag(subject).slice(0, 'sha256-'.length + 12)}…)`,
    bundles: [
      ...likely.slice(0, MAX_BUNDLES).map(
        (entry): LoadBundle =>
          (budget) =>
            load(entry, subject, read, budget),
      ),
      ...broken.map((error): LoadBundle => async () => {
        throw error;
      }),
    ],
    later: [],
    isCut: isCut || likely.length > MAX_BUNDLES,
  };
}

/** The JSON of a bundle; null where the manifest is another artifact, or about something else. */
async function load(entry: Descriptor, subject: Digest, read: ReadContent, budget: ImageBudget): Promise<unknown> {
  if (entry.size > MAX_BUNDLE_BYTES)
    throw new AssertImageError('too-large', `the referrer ${entry.digest} has ${entry.size} bytes; it was not read.`);
  await budget.takeBytes(entry.size);
  const { bytes } = await read.document(entry);
  const what = `the referrer ${entry.digest}`;
  const fields = new Fields(parseStrictJson(bytes, what), what, NAMES);
  const about = fields.has('subject')
    ? parseDescriptor(fields.value('subject'), `the subject of ${what}`).digest
    : null;
  if (fields.string('artifactType') !== BUNDLE_TYPE || about !== subject) return null;
  const layers = (fields.list('layers') ?? []).map((layer, at) => parseDescriptor(layer, `layer ${at + 1} of ${what}`));
  const [layer, ...others] = layers.filter(({ mediaType }) => mediaType === BUNDLE_TYPE);
  if (layer === undefined || others.length > 0)
    throw new AssertImageError('malformed', `${what} does not hold exactly one bundle.`);
  if (layer.size <= MAX_BUNDLE_BYTES) await budget.takeBytes(layer.size);
  return parseStrictJson(await read.blob(layer, 'bundle'), `the bundle of ${what}`);
}
