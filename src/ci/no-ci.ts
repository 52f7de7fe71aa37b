import type { Run } from '../inputs/run.ts';
import { noCommit, runOf, shellHints } from './reading.ts';

/** A laptop, or a CI that says nothing of itself: Cloud Build, Tekton, Argo, a container that another CI starts. */
export function runByHand(): Run {
  return runOf({
    name: null,
    commit: noCommit(
      'no CI is recognised here.',
      'Give the commit: --revision "$(git rev-parse HEAD)". To expect no commit, write --revision any.',
    ),
    hints: shellHints('$(git rev-parse HEAD)'),
  });
}
