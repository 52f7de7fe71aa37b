import { quoted, visibleStart } from '../base/inert.ts';
import type { Check } from '../expectations/check.ts';
import type { Verdict } from '../gate/verdict.ts';
import { adviceOn } from './advice.ts';
import { distanceText, type Distances } from './distance.ts';
import { type Failed, placesText } from './failed.ts';
import type { Telling } from './occasion.ts';

/** What is wrong, what was found, and how far that is from what was expected: one sentence, and the one that tells the fix. */
export function sentenceOf(check: Check, distances?: Distances): string {
  const { message, found, hint, note } = check;
  const told = found === undefined ? message : `${message}; ${found} ${foundText(check)}`;
  const distance = distances && distanceText(check, distances);
  const sentence = distance ? `${told}, ${distance}` : told;
  return [/[.?!]$/.test(sentence) ? sentence : `${sentence}.`, hint, note].filter(Boolean).join(' ');
}

/** One failed check as a sentence: where, if not everywhere, what, how far off, and what to do. */
export function failedText(failed: Failed, verdict: Verdict, telling: Telling): string {
  const places = placesText(failed, verdict.looks);
  const hint = adviceOn(failed, verdict, telling) || undefined;
  return `${places === '' ? '' : `${places}: `}${sentenceOf({ ...failed.check, hint }, verdict.distances)}`;
}

function foundText({ topic, actual, isAbsent }: Check): string {
  if (actual === null) return isAbsent ? 'absent' : 'another value, which is not shown';
  return topic === 'expression' ? visibleStart(actual) : quoted(actual);
}
