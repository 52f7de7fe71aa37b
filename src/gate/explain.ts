import { Deadline } from '../base/deadline.ts';
import type { GateContext } from './context.ts';
import { distancesOf } from './distance.ts';
import { withNearestTags } from './nearest-tags.ts';
import type { Verdict } from './verdict.ts';

/** What readers are told besides must not hold up a verdict. */
const MAX_MS = 2_000;
/** A lane of its own, as the comparison has. */
const LANE = -900;

/** Adds what helps to understand a verdict that is not a pass. A fault here changes nothing. */
export async function explainVerdict(verdict: Verdict, context: GateContext): Promise<Verdict> {
  const deadline = new Deadline(MAX_MS, 'the explanation', context.registries.signal, { index: LANE });
  try {
    const [distances, looks] = await Promise.all([
      distancesOf(verdict, context, deadline),
      withNearestTags(verdict.looks, context, deadline),
    ]);
    return { ...verdict, distances, looks };
  } finally {
    deadline.clear();
  }
}
