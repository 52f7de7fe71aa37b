import { formatPinned, formatReference, tagOf } from '../reference/reference.ts';
import type { Look, Verdict } from '../gate/verdict.ts';
import { latestCreated } from '../image/created.ts';
import type { Image } from '../image/image.ts';
import { agreedLabels, agreedRevision, agreedVersion } from './agreed.ts';
import { failuresOf } from './failures.ts';
import { describeProvenance } from './provenance.ts';
import { inertJson, isPlain } from '../base/inert.ts';

/** Every output of the contract. `action.yml` declares the same; a test compares the two. */
export const OUTPUT_NAMES = [
  'result',
  'reference',
  'digest',
  'media-type',
  'tag',
  'image-id',
  'revision',
  'version',
  'created',
  'platforms',
  'labels',
  'images',
  'failures',
  'provenance',
  'report',
  'comment-url',
] as const;
export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/** The runner takes 1 MB of outputs a job, counted in UTF-16; these are ASCII. */
const MAX_JSON_CHARS = 256 * 1024;

/** Made from the verdict alone; always all of them, so that nothing else can fill a gap. */
export function makeOutputs(verdict: Verdict, written: Written): { outputs: Outputs; notices: string[] } {
  const notices: string[] = [];
  const made = OUTPUT_NAMES.map((name) => {
    const value = OUTPUTS[name](verdict, written);
    if (typeof value === 'string') return [name, value] as const;
    const text = 'plain' in value ? plainText(value.plain) : jsonText(value.json);
    if (typeof text === 'string') return [name, text] as const;
    notices.push(`the output ${name} is empty, for ${text.reason}`);
    return [name, ''] as const;
  });
  return { outputs: Object.fromEntries(made) as Outputs, notices };
}

/** Where the other reports are. */
export interface Written {
  readonly report: string;
  readonly commentUrl: string;
}

/** Text of ours, text of the image's that has to be plain, or data. Undefined: it was not kept. */
type Value = string | { readonly plain: string | null | undefined } | { readonly json: unknown };

/** What each output says, of the first image where it is about one. */
const OUTPUTS: Readonly<Record<(typeof OUTPUT_NAMES)[number], (verdict: Verdict, written: Written) => Value>> = {
  result: ({ result }) => result,
  reference: ({ result, looks: [look] }) =>
    result === 'pass' && look?.reference && look.image ? formatPinned(look.reference, look.image.digest) : '',
  digest: ({ looks: [look] }) => look?.image?.digest ?? '',
  'media-type': ({ looks: [look] }) => look?.image?.mediaType ?? '',
  tag: ({ looks: [look] }) => (look?.reference && tagOf(look.reference)) || '',
  'image-id': ({ looks: [look] }) => {
    const [first, ...others] = look?.image?.platforms ?? [];
    return first !== undefined && others.length === 0 ? first.imageId : '';
  },
  revision: ({ looks: [look] }) => ({ plain: look ? agreedRevision(look) : null }),
  version: ({ looks: [look] }) => ({ plain: textsOf(look, null, agreedVersion) }),
  created: ({ looks: [look] }) => {
    const created = look?.image && latestCreated(look.image);
    return created ? new Date(created).toISOString().replace('.000Z', 'Z') : '';
  },
  platforms: ({ looks: [look] }) => ({ json: look?.image?.platforms.map(({ name }) => name) ?? [] }),
  labels: ({ looks: [look] }) => ({ json: textsOf(look, {}, (image) => Object.fromEntries(agreedLabels(image))) }),
  images: ({ looks }) => ({ json: looks.map(describeLook) }),
  failures: (verdict) => ({ json: failuresOf(verdict) }),
  provenance: ({ looks: [look] }) => ({ json: describeProvenance(look) }),
  report: (_, { report }) => report,
  'comment-url': (_, { commentUrl }) => commentUrl,
};

/** Texts of an image; undefined where they were not kept. */
function textsOf<T>(look: Look | undefined, none: T, read: (image: Image) => T): T | undefined {
  if (!look?.image) return none;
  return look.isTold ? read(look.image) : undefined;
}

/** Why an output is empty. */
interface Empty {
  readonly reason: string;
}

const NOT_KEPT: Empty = { reason: 'all images together have too many texts to keep.' };
const NOT_PLAIN: Empty = {
  reason: 'its text is not plain (letters, digits, "_", ".", "+", "-", at most 128).',
};
const TOO_LONG: Empty = {
  reason: `it would have more than ${MAX_JSON_CHARS} characters; the report file has it whole.`,
};

function plainText(text: string | null | undefined): string | Empty {
  if (text === undefined) return NOT_KEPT;
  return text === null || isPlain(text) ? (text ?? '') : NOT_PLAIN;
}

function jsonText(value: unknown): string | Empty {
  if (value === undefined) return NOT_KEPT;
  // Not made where it is known to be too long: of megabytes it could be six times as much.
  const text = charsIn(value) > MAX_JSON_CHARS ? null : inertJson(value);
  return text !== null && text.length <= MAX_JSON_CHARS ? text : TOO_LONG;
}

/** The characters of all texts in a value of plain data. */
function charsIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + charsIn(item), 0);
}

function describeLook({ reference, result, image }: Look): unknown {
  const asked = reference ? formatReference(reference) : '';
  return {
    reference: image && reference ? formatPinned(reference, image.digest) : asked,
    tag: (reference && tagOf(reference)) || '',
    digest: image?.digest ?? '',
    result,
    platforms: Object.fromEntries(
      (image?.platforms ?? []).map(({ name, manifestDigest, imageId }) => [
        name,
        { digest: manifestDigest, 'image-id': imageId },
      ]),
    ),
  };
}
