import type { RoundBudget } from '../base/budget.ts';
import { Deadline } from '../base/deadline.ts';
import { toAssertImageError } from '../base/errors.ts';
import { type AncestryAnswers, type History, revisionsToAsk } from '../expectations/revision/ancestry.ts';
import { type CheckContext, checkImage } from '../expectations/check-image.ts';
import type { Check } from '../expectations/check.ts';
import { shownRevisions } from '../expectations/revision/stated.ts';
import { type Image, readImage } from '../image/image.ts';
import type { RunFacts } from '../inputs/run-facts.ts';
import { formatReference, type Reference, tagOf, tagOrDigest } from '../reference/reference.ts';
import type { Selector } from '../reference/selector.ts';
import type { Settings } from '../settings/settings.ts';
import type { ReadMode } from '../registry/repository.ts';
import type { Registries } from '../registry/registries.ts';
import type { Looked } from './base-image.ts';
import { kept } from './kept.ts';
import { notesOn } from './notes.ts';
import { sourceOf } from './source.ts';
import { withProvenance } from './stated.ts';
import { failedLook, type Look, resultOfChecks } from './verdict.ts';

/** What all looks of a run share. */
export interface GateContext {
  readonly registries: Registries;
  readonly history: History;
  readonly settings: Settings;
  readonly facts: RunFacts;
  readonly now: Date;
  /** What all images of this round may take in memory. */
  readonly budget: RoundBudget;
}

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
    const bare = await deadline.race(readImage(source, tagOrDigest(reference), settings.platforms, budget));
    const read = await deadline.race(withProvenance(bare, settings.expectations, { source, budget }));
    const checking = await deadline.race(checkContextOf(reference, read, deadline, context));
    const found = checkImage(read, settings.expectations, checking);
    deadline.assertLeft();
    const { image, notice } = kept(read, found, budget);
    // What is explained below has a budget of its own.
    budget.close();
    const checks = await explained(found.checks, { image, reference, deadline }, context);
    const result = resultOfChecks(checks);
    const revisions = shownRevisions(settings.expectations.revisionFrom, read);
    const notices = [...notesOn(reference, settings), ...settings.notices, ...found.notices, ...notice];
    return { asked, reference, result, image, isTold: notice.length === 0, revisions, checks, notices, error: null };
  } catch (thrown) {
    return failedLook(asked, reference, toAssertImageError(thrown));
  } finally {
    budget.close();
    deadline.clear();
  }
}

/** Loaded only where there is something to explain. */
async function explained(checks: readonly Check[], looked: Looked, context: GateContext): Promise<readonly Check[]> {
  if (checks.every(({ holds }) => holds)) return checks;
  const { explainInherited } = await import('./base-image.ts');
  return explainInherited(checks, looked, context);
}

async function checkContextOf(
  reference: Reference,
  image: Image,
  deadline: Deadline,
  { registries, history, settings, facts, now }: GateContext,
): Promise<CheckContext> {
  const { containsCommit, revisionFrom, cel } = settings.expectations;
  const asked = containsCommit === null ? [] : revisionsToAsk(containsCommit, revisionFrom, image);
  const ancestry: AncestryAnswers = new Map(
    await Promise.all(
      asked.map(async (revision) => [revision, await history.compare(containsCommit as string, revision)] as const),
    ),
  );
  const assertTimeLeft = (): void => deadline.assertLeft();
  const redact = (text: string): string => registries.redact(text);
  if (cel.length === 0) return { ancestry, assertTimeLeft, redact, checkCel: () => [] };
  const { checkCel } = await import('../expectations/cel/check-cel.ts');
  const celContext = { image, reference: formatReference(reference), tag: tagOf(reference), run: facts, now };
  return {
    ancestry,
    assertTimeLeft,
    redact,
    checkCel: (expressions, platform) => checkCel(expressions, platform, celContext),
  };
}
