import { type ImageBudget, RoundBudget } from '../base/budget.ts';
import { Deadline } from '../base/deadline.ts';
import { toAssertImageError } from '../base/errors.ts';
import { type AncestryAnswers, type History, revisionsToAsk } from '../expectations/revision/ancestry.ts';
import { type CheckContext, checkImage } from '../expectations/check-image.ts';
import { type Check, weightOfChecks } from '../expectations/check.ts';
import { isNothingExpected } from '../expectations/expectations.ts';
import { shownRevisions } from '../expectations/revision/revision.ts';
import { type Image, readImage } from '../image/image.ts';
import { weightOf, withoutSources, withoutTexts } from '../image/kept.ts';
import type { RunFacts } from '../inputs/run-facts.ts';
import { formatReference, type Reference, tagOf, tagOrDigest } from '../reference/reference.ts';
import type { Selector } from '../reference/selector.ts';
import type { Settings } from '../settings/settings.ts';
import type { Source } from '../image/source.ts';
import type { ReadMode } from '../registry/repository.ts';
import type { Registries } from '../registry/registries.ts';
import { type Comparison, failedLook, type Look, resultOfChecks } from './verdict.ts';

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
    const source = await sourceOf(reference, registries, deadline, mode, budget);
    const { platforms } = settings;
    const read = await deadline.race(readImage(source, tagOrDigest(reference), platforms, budget));
    const checking = await deadline.race(checkContextOf(reference, read, deadline, context));
    const { checks: found, notices } = checkImage(read, settings.expectations, checking);
    deadline.assertLeft();
    const { image, notice } = kept(read, found, budget);
    // What is explained below has a budget of its own.
    budget.close();
    const checks = await explained(found, image, reference, context, deadline);
    const notes = [...notesOn(reference, settings), ...settings.notices, ...notices, ...notice];
    const revisions = shownRevisions(settings.expectations.revisionFrom, read);
    const isTold = notice.length === 0;
    return {
      asked,
      reference,
      result: resultOfChecks(checks),
      image,
      isTold,
      revisions,
      checks,
      notices: notes,
      error: null,
    };
  } catch (thrown) {
    return failedLook(asked, reference, toAssertImageError(thrown));
  } finally {
    budget.close();
    deadline.clear();
  }
}

const WITHOUT_TEXTS =
  'it was checked whole; its labels, annotations and other texts are not told, for all images together have too many.';

/** What stays of an image until the verdict is told: without its texts where all together have too many. */
function kept(read: Image, checks: readonly Check[], budget: ImageBudget): { image: Image; notice: readonly string[] } {
  const weight = weightOfChecks(checks);
  const whole = withoutSources(read);
  if (budget.tryKeep(weightOf(whole) + weight)) return { image: whole, notice: [] };
  const image = withoutTexts(whole);
  budget.keep(weightOf(image) + weight);
  return { image, notice: [WITHOUT_TEXTS] };
}

/** Loaded only where there is something to explain. */
async function explained(
  checks: readonly Check[],
  image: Image,
  ...rest: [reference: Reference, context: GateContext, deadline: Deadline]
): Promise<readonly Check[]> {
  if (checks.every(({ holds }) => holds)) return checks;
  const { explainInherited } = await import('./base-image.ts');
  return explainInherited(checks, image, ...rest);
}

/** Beside those of the looks: what changes no verdict holds up none. */
const COMPARISON_LANE = -1;

/** Reads what `compare-with` names, every platform of it. Never throws, and checks nothing. */
export async function readComparison(reference: Reference, { registries, settings }: GateContext): Promise<Comparison> {
  const deadline = new Deadline(settings.timeoutMs, formatReference(reference), registries.signal, COMPARISON_LANE);
  const budget = new RoundBudget().image();
  try {
    const source = await sourceOf(reference, registries, deadline, 'once', budget);
    const image = await deadline.race(readImage(source, tagOrDigest(reference), 'all', budget));
    const revisions = shownRevisions(settings.expectations.revisionFrom, image);
    return { reference, image: withoutSources(image), isTold: true, revisions, error: null };
  } catch (thrown) {
    return { reference, image: null, isTold: false, revisions: new Map(), error: toAssertImageError(thrown) };
  } finally {
    deadline.clear();
  }
}

/** Layouts are loaded only where there is one. */
async function sourceOf(
  reference: Reference,
  registries: Registries,
  deadline: Deadline,
  mode: ReadMode,
  budget: ImageBudget,
): Promise<Source> {
  if (reference.layout === undefined) return registries.repository(reference).within(deadline, mode);
  const { Layout } = await import('../layout/layout.ts');
  return new Layout(reference.layout, () => budget.waitForTurn()).within(deadline);
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

function notesOn({ tag, digest, layout }: Reference, { expectations, platforms }: Settings): string[] {
  const notes: string[] = [];
  if (tag !== null && digest !== null) {
    notes.push(`the digest was read; that the tag ${tag} points to it was not checked.`);
  }
  if (tag === null && digest === null && layout === undefined) {
    notes.push('the reference has no tag; latest was read, which anyone who pushes moves.');
  }
  if (isNothingExpected(expectations) && platforms === 'all') {
    notes.push('nothing is expected of this image but that it can be read. Set revision, digest, labels or env.');
  }
  return notes;
}
