import { RoundBudget } from '../base/budget.ts';
import type { Log } from '../base/log.ts';
import { comparable, readComparison } from './comparison.ts';
import type { GateContext } from './context.ts';
import { lookAtAll } from './round.ts';
import type { openSignatures } from './signed/open.ts';
import type { Verdict } from './verdict.ts';

/** Looks at every image and judges what was seen; what is to be compared is read beside it. */
export async function decide(given: Omit<GateContext, 'now' | 'budget' | 'signatures'>, log: Log): Promise<Verdict> {
  const signatures = signaturesOf(given);
  const context = { ...given, now: new Date(), budget: new RoundBudget(), signatures };
  const { compareWith } = context.settings;
  const [found, comparison] = await Promise.all([
    look(context, log),
    compareWith && readComparison(compareWith, context),
  ]);
  const verdict = await explained(found, context);
  return { ...verdict, comparison: comparison && comparable(comparison, verdict) };
}

/** Loaded only where there is something to explain. */
async function explained(verdict: Verdict, context: GateContext): Promise<Verdict> {
  if (verdict.result === 'pass') return verdict;
  const { explainVerdict } = await import('./explain.ts');
  return explainVerdict(verdict, context);
}

/** Loaded only where signatures are asked for, and not before the first request is on its way. */
function signaturesOf(
  given: Pick<GateContext, 'settings' | 'registries' | 'network' | 'hostOfCode'>,
): GateContext['signatures'] {
  if (given.settings.expectations.provenance === null) return null;
  let opened: ReturnType<typeof openSignatures> | undefined;
  return async (reference, deadline) => {
    opened ??= import('./signed/open.ts').then(({ openSignatures: open }) => open(given));
    return (await opened)(reference, deadline);
  };
}

/** Once, or again and again; how to wait is loaded only where there is something to wait for. */
async function look(context: GateContext, log: Log): Promise<Verdict> {
  const { waitTimeoutMs, timeoutMs } = context.settings;
  if (waitTimeoutMs === 0) return lookAtAll(context, { timeoutMs, mode: 'once' }, log);
  const { lookUntilPass } = await import('./wait.ts');
  return lookUntilPass(context, log);
}
