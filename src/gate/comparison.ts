import { RoundBudget } from '../base/budget.ts';
import { Deadline } from '../base/deadline.ts';
import { AssertImageError, toAssertImageError } from '../base/errors.ts';
import { nothingExpected } from '../expectations/expectations.ts';
import { shownRevisions } from '../expectations/revision/stated.ts';
import { readImage } from '../image/image.ts';
import { withoutSources } from '../image/kept.ts';
import { formatReference, type Reference, tagOrDigest } from '../reference/reference.ts';
import type { GateContext } from './context.ts';
import { sourceOf } from './source.ts';
import { withProvenance } from './stated.ts';
import type { Comparison, Verdict } from './verdict.ts';

/** Its own lane, so that a comparison never delays a look. */
const COMPARISON_LANE = -1;

/** Reads what `compare-with` names, every platform of it. Never throws, and checks nothing. */
export async function readComparison(reference: Reference, { registries, settings }: GateContext): Promise<Comparison> {
  const deadline = new Deadline(settings.timeoutMs, formatReference(reference), registries.signal, {
    index: COMPARISON_LANE,
  });
  const budget = new RoundBudget().image();
  try {
    const source = await sourceOf(reference, { registries, deadline, mode: 'once', budget });
    const { revisionFrom } = settings.expectations;
    const bare = await deadline.race(readImage(source, tagOrDigest(reference), 'all', budget));
    const image = await deadline.race(withProvenance(bare, nothingExpected(revisionFrom), { source, budget }));
    const revisions = shownRevisions(revisionFrom, image);
    return { reference, image: withoutSources(image), isTold: true, revisions, error: null };
  } catch (thrown) {
    return { reference, image: null, isTold: false, revisions: new Map(), error: toAssertImageError(thrown) };
  } finally {
    deadline.clear();
  }
}

/** Texts that were dropped cannot be compared. */
export function comparable(comparison: Comparison, { looks: [first] }: Verdict): Comparison {
  if (!first?.image || first.isTold || comparison.error) return comparison;
  const message = 'all images together have too many texts to compare one of them.';
  return { ...comparison, image: null, error: new AssertImageError('too-large', message) };
}
