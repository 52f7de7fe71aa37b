import { formatPinned, formatReference, tagOf } from '../reference/reference.ts';
import type { Look, Verdict } from '../gate/verdict.ts';
import { latestCreated } from '../image/created.ts';
import { agreedLabels, agreedRevision, agreedVersion } from './agreed.ts';
import { failuresOf } from './failures.ts';
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
  'report',
  'comment-url',
] as const;
export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/** The runner takes 1 MB of outputs a job, counted in UTF-16; these are ASCII. */
const MAX_JSON_CHARS = 256 * 1024;

/** Made from the verdict alone; always all of them, so that nothing else can fill a gap. */
export function makeOutputs(
  verdict: Verdict,
  written: { readonly report: string; readonly commentUrl: string },
): { outputs: Outputs; notices: string[] } {
  const notices: string[] = [];
  const plain = (name: string, stated: string | null): string => {
    if (stated === null || isPlain(stated)) return stated ?? '';
    notices.push(
      `the output ${name} is empty, for its text is not plain (letters, digits, "_", ".", "+", "-", at most 128).`,
    );
    return '';
  };
  const json = (name: string, value: unknown): string => {
    // Not made where it is known to be too long: of megabytes it could be six times as much.
    const text = charsIn(value) > MAX_JSON_CHARS ? null : inertJson(value);
    if (text !== null && text.length <= MAX_JSON_CHARS) return text;
    notices.push(
      `the output ${name} is empty, for it would have more than ${MAX_JSON_CHARS} characters; the report file has it whole.`,
    );
    return '';
  };
  const untold = (name: string): string => {
    notices.push(`the output ${name} is empty, for all images together have too many texts to keep.`);
    return '';
  };
  const look = verdict.looks[0];
  const image = look?.image ?? null;
  const only = image?.platforms.length === 1 ? image.platforms[0] : undefined;
  const created = image && latestCreated(image);
  const outputs: Outputs = {
    result: verdict.result,
    reference: verdict.result === 'pass' && look?.reference && image ? formatPinned(look.reference, image.digest) : '',
    digest: image?.digest ?? '',
    'media-type': image?.mediaType ?? '',
    tag: (look?.reference && tagOf(look.reference)) || '',
    'image-id': only?.imageId ?? '',
    revision: plain('revision', look ? agreedRevision(look) : null),
    version: image && !look?.isTold ? untold('version') : plain('version', image && agreedVersion(image)),
    created: created ? new Date(created).toISOString().replace('.000Z', 'Z') : '',
    platforms: json('platforms', image?.platforms.map(({ name }) => name) ?? []),
    labels:
      image && !look?.isTold ? untold('labels') : json('labels', image ? Object.fromEntries(agreedLabels(image)) : {}),
    images: json('images', verdict.looks.map(describeLook)),
    failures: json('failures', failuresOf(verdict)),
    report: written.report,
    'comment-url': written.commentUrl,
  };
  return { outputs, notices };
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
