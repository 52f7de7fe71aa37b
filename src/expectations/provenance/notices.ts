import type { Identity } from '../../provenance/identity.ts';
import { FOREIGN_TRIGGERS, quote } from './conditions.ts';

/** What the author should know of one that counts. */
export function noticesOn({ runner, trigger }: Identity): string[] {
  const notices: string[] = [];
  if (runner !== 'github-hosted')
    notices.push(
      `the provenance is signed on ${runner === null ? 'a runner of an unknown kind' : `a ${quote(runner)} runner`}, whose owner can change what a build does.`,
    );
  if (trigger !== null && FOREIGN_TRIGGERS.has(trigger))
    notices.push(`the provenance is signed by a run for ${trigger}, whose commit need not be what was built.`);
  if (trigger === 'workflow_dispatch' || trigger === 'repository_dispatch')
    notices.push(
      `the provenance is signed by a run for ${trigger}, which someone started with inputs of their choice.`,
    );
  return notices;
}
