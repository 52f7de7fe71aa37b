import { quoted } from '../base/inert.ts';
import type { Check } from '../expectations/check.ts';
import type { Verdict } from '../gate/verdict.ts';
import { generalAdvice } from './advice.ts';
import { distanceText, type Distances } from './distance.ts';
import { type Failed, placesText } from './failed.ts';

/** What is wrong, what was found, and how far that is from what was expected: one sentence, and the one that tells the fix. */
export function sentenceOf(check: Check, distances?: Distances): string {
  const { message, found, hint } = check;
  const told = found === undefined ? message : `${message}; ${found} ${foundText(check)}`;
  const distance = distances && distanceText(check, distances);
  const sentence = distance ? `${told}, ${distance}` : told;
  const closed = /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
  return hint === undefined ? closed : `${closed} ${hint}`;
}

/** One failed check as a sentence: where, what, how far off, and what to do. */
export function failedText(failed: Failed, verdict: Verdict): string {
  const { check } = failed;
  const places = placesText(failed, verdict.looks.length);
  const hint = check.hint ?? (generalAdvice(check, verdict) || undefined);
  return `${places === '' ? '' : `${places}: `}${sentenceOf({ ...check, hint }, verdict.distances)}`;
}

function foundText({ actual, isAbsent }: Check): string {
  if (actual !== null) return quoted(actual);
  return isAbsent ? 'absent' : 'another value, which is not shown';
}
