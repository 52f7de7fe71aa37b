import type { Check } from '../expectations/check.ts';
import type { Ancestry } from '../expectations/revision/ancestry.ts';
import type { Verdict } from '../gate/verdict.ts';
import { count } from './units.ts';

/** How the revisions that were found stand to the expected commit, where the host of the code was asked. */
export type Distances = Verdict['distances'];

/** `3 commits older`; empty where it is not known, or where the check is about something else. */
export function distanceText({ topic, actual }: Check, distances: Distances): string {
  const ancestry = topic === 'revision' && actual !== null ? distances.get(actual.toLowerCase()) : undefined;
  return ancestry === undefined ? '' : WORDS[ancestry.status](ancestry);
}

const WORDS: Readonly<Record<Ancestry['status'], (ancestry: Ancestry) => string>> = {
  identical: () => '',
  behind: (ancestry) => commits('behindBy' in ancestry ? ancestry.behindBy : 0, 'older'),
  ahead: (ancestry) => commits('aheadBy' in ancestry ? ancestry.aheadBy : 0, 'newer'),
  diverged: () => 'on another branch',
  unknown: () => 'not in this repository',
};

function commits(number: number, than: string): string {
  return number === 0 ? than : `${count(number, 'commit')} ${than}`;
}
