import type { ImageBudget } from '../base/budget.ts';
import { Deadline } from '../base/deadline.ts';
import { type AssertImageError, toAssertImageError } from '../base/errors.ts';
import { checkImage } from '../expectations/check-image.ts';
import type { Check, Checked } from '../expectations/check.ts';
import { type Finding, signedFor } from '../expectations/provenance/finding.ts';
import { shownRevisions } from '../expectations/revision/stated.ts';
import { type Image, readImage } from '../image/image.ts';
import type { Source } from '../image/source.ts';
import type { Digest } from '../reference/digest.ts';
import { formatReference, type Reference, tagOrDigest } from '../reference/reference.ts';
import type { Selector } from '../reference/selector.ts';
import type { ReadMode } from '../registry/repository.ts';
import type { Looked } from './base-image.ts';
import { ancestryOf, celOf, findingOf, holdsOn, placesOfRevision } from './checking.ts';
import type { GateContext } from './context.ts';
import { kept } from './kept.ts';
import { notesOn } from './notes.ts';
import type { Signatures } from './signed/signatures.ts';
import { announcing, sourceOf } from './source.ts';
import { withProvenance } from './stated.ts';
import { failedLook, type Look, resultOfChecks, type Revisions } from './verdict.ts';

/** How long a look may take that begins now. */
export function timeoutNow({ timeoutMs, endsAtMs = Infinity }: LookOptions): number {
  return Math.min(timeoutMs, Math.max(Math.ceil(endsAtMs - performance.now()), 1));
}

export interface LookOptions {
  readonly timeoutMs: number;
  readonly mode: ReadMode;
  /** By `performance.now()`, where `wait-timeout` sets an end: no look outlives it. */
  readonly endsAtMs?: number;
  /** Among the looks that are under way at once. */
  readonly lane?: number;
}

/** Reads one image and checks it. Never throws: what goes wrong is the result of the look. */
export async function lookAt(
  asked: Selector,
  reference: Reference,
  context: GateContext,
  options: LookOptions,
): Promise<Look> {
  const { registries, settings } = context;
  const budget = context.budget.image();
  const { mode, lane } = options;
  const deadline = new Deadline(timeoutNow(options), formatReference(reference), registries.signal, lane);
  try {
    const source = await sourceOf(reference, { registries, deadline, mode, budget });
    const seen = await readAll(reference, { source, budget, deadline }, context);
    const checked = seen.failure ? unproven(seen.failure) : await checkAll(reference, seen, deadline, context);
    if (checked.failure === null) deadline.assertLeft();
    const { image, notice } = kept(seen.image, checked, budget);
    // What is explained below has a budget of its own.
    budget.close();
    const notices = [...notesOn(reference, settings), ...settings.notices, ...checked.notices, ...notice];
    const { finding, revisions, failure: error } = checked;
    const what = { asked, reference, image, isTold: notice.length === 0, revisions, notices, provenance: finding };
    // What it is built from could not be told: then nothing else decides.
    if (error) return { ...what, result: 'error', checks: [], isUnproven: true, error };
    const checks = await explained(checked.checks, { image, reference, deadline }, context);
    return { ...what, result: resultOfChecks(checks), checks, isUnproven: false, error: null };
  } catch (thrown) {
    return failedLook(asked, reference, toAssertImageError(thrown));
  } finally {
    budget.close();
    deadline.clear();
  }
}

interface Seen {
  readonly image: Image;
  readonly signatures: Promise<Signatures> | null;
  /** Why what stands beside it could not be read. */
  readonly failure: AssertImageError | null;
}

/** The image; its signatures are looked for as soon as its digest is known. */
async function readAll(
  reference: Reference,
  { source, budget, deadline }: { readonly source: Source; readonly budget: ImageBudget; readonly deadline: Deadline },
  { signatures: open, settings }: GateContext,
): Promise<Seen> {
  const { platforms, expectations } = settings;
  let signatures: Promise<Signatures> | null = null;
  const begin = (digest: Digest): void => void signatures?.then((search) => search.begin(digest)).catch(() => {});
  const reading = readImage(open ? announcing(source, begin) : source, tagOrDigest(reference), platforms, budget);
  // Loaded while the first request is away.
  signatures = open?.(reference, deadline) ?? null;
  signatures?.catch(() => {});
  const image = await deadline.race(reading);
  try {
    return {
      image: await deadline.race(withProvenance(image, expectations, { source, budget })),
      signatures,
      failure: null,
    };
  } catch (error) {
    return { image, signatures, failure: toAssertImageError(error) };
  }
}

interface CheckedAll extends Checked {
  readonly finding: Finding | null;
  readonly revisions: Revisions;
  readonly failure: AssertImageError | null;
}

function unproven(failure: AssertImageError, finding: Finding | null = null): CheckedAll {
  return { checks: [], notices: finding?.notices ?? [], finding, revisions: new Map(), failure };
}

async function checkAll(
  reference: Reference,
  { image, signatures }: Seen,
  deadline: Deadline,
  context: GateContext,
): Promise<CheckedAll> {
  const { settings, registries, hostOfCode } = context;
  const { expectations } = settings;
  const checkCel = await celOf(reference, image, context);
  const finding =
    signatures && (await findingOf(signatures, image, holdsOn(image, expectations, checkCel), expectations));
  if (finding?.error) return unproven(finding.error, finding);
  const revisionFrom = placesOfRevision(expectations, finding);
  const ancestry = await ancestryOf(revisionFrom, image, expectations, { history: hostOfCode, deadline });
  const checked = checkImage(
    image,
    { ...expectations, revisionFrom },
    {
      ancestry,
      finding,
      assertTimeLeft: () => deadline.assertLeft(),
      redact: (text) => registries.redact(text),
      checkCel: (cel, platform) => checkCel(signedFor(finding, platform.manifestDigest))(cel, platform),
    },
  );
  return { ...checked, finding, revisions: shownRevisions(revisionFrom, image), failure: null };
}

/** Loaded only where there is something to explain. */
async function explained(checks: readonly Check[], looked: Looked, context: GateContext): Promise<readonly Check[]> {
  if (checks.every(({ holds }) => holds)) return checks;
  const { explainInherited } = await import('./base-image.ts');
  return explainInherited(checks, looked, context);
}
