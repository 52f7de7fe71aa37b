import { Deadline, type Lane } from '../base/deadline.ts';
import { type AssertImageError, toAssertImageError } from '../base/errors.ts';
import { checkImage } from '../expectations/check-image.ts';
import type { Check, Checked } from '../expectations/check.ts';
import { type Finding, signedFor } from '../expectations/provenance/finding.ts';
import { shownRevisions } from '../expectations/revision/stated.ts';
import { formatReference, type Reference } from '../reference/reference.ts';
import type { Selector } from '../reference/selector.ts';
import type { ReadMode } from '../registry/repository.ts';
import type { Looked } from './base-image.ts';
import { ancestryOf, celOf, findingOf, holdsOn, placesOfRevision } from './checking.ts';
import type { GateContext } from './context.ts';
import { kept } from './kept.ts';
import { notesOn } from './notes.ts';
import { readAll, type Seen } from './read-all.ts';
import { sourceOf } from './source.ts';
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
  readonly lane?: Lane;
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
  let isUnproven = false;
  try {
    const source = await sourceOf(reference, { registries, deadline, mode, budget });
    const seen = await readAll(reference, { source, budget, deadline }, context);
    const checked = seen.failure ? unproven(seen.failure) : await checkAll(reference, seen, deadline, context);
    if (checked.failure === null) deadline.assertLeft();
    // What it is built from could not be told: then nothing else decides.
    isUnproven = checked.failure !== null && context.signatures !== null;
    const { image, notice } = kept(seen.image, checked, budget);
    // What is explained below has a budget of its own.
    budget.close();
    const notices = [...notesOn(reference, settings), ...settings.notices, ...checked.notices, ...notice];
    const { finding, revisions, failure: error } = checked;
    const what = { asked, reference, image, isTold: notice.length === 0, revisions, notices, provenance: finding };
    if (error) return { ...what, result: 'error', checks: [], isUnproven, error };
    const checks = await explained(checked.checks, { image, reference, deadline }, context);
    return { ...what, result: resultOfChecks(checks), checks, isUnproven, error: null };
  } catch (thrown) {
    return { ...failedLook(asked, reference, toAssertImageError(thrown)), isUnproven };
  } finally {
    budget.close();
    deadline.clear();
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
  // Choosing among attestations asks expressions too, and must not spend the time of those that decide.
  const holds = holdsOn(image, expectations, await celOf(reference, image, context));
  const redact = (text: string): string => registries.redact(text);
  const expected = expectations.provenance;
  // That one is expected decides, not that a search began.
  const finding = expected && (await findingOf(signatures, image, holds, { expected, redact }));
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
      redact,
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
