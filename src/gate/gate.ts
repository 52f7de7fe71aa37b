import { RoundBudget } from '../base/budget.ts';
import { AssertImageError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type GateContext, readComparison } from './look.ts';
import { lookAtAll } from './round.ts';
import type { Comparison, Verdict } from './verdict.ts';

/** Looks at every image and judges what was seen; what is to be compared is read beside it. */
export async function decide(given: Omit<GateContext, 'now' | 'budget'>, log: Log): Promise<Verdict> {
  const context = { ...given, now: new Date(), budget: new RoundBudget() };
  const { compareWith } = context.settings;
  const [verdict, comparison] = await Promise.all([
    look(context, log),
    compareWith && readComparison(compareWith, context),
  ]);
  return { ...verdict, comparison: comparison && comparable(comparison, verdict) };
}

/** Texts that are not there any more cannot be compared. */
function comparable(comparison: Comparison, { looks: [first] }: Verdict): Comparison {
  if (!first?.image || first.isTold || comparison.error) return comparison;
  const message = 'all images together have too many texts to compare one of them.';
  return { ...comparison, image: null, error: new AssertImageError('too-large', message) };
}

/** Once, or again and again; how to wait is loaded only where there is something to wait for. */
async function look(context: GateContext, log: Log): Promise<Verdict> {
  const { waitTimeoutMs, timeoutMs } = context.settings;
  if (waitTimeoutMs === 0) return lookAtAll(context, { timeoutMs, mode: 'once' }, log);
  const { lookUntilPass } = await import('./wait.ts');
  return lookUntilPass(context, log);
}
