import type { AssertImageError } from '../base/errors.ts';
import type { Check } from '../expectations/check.ts';
import type { Image } from '../image/image.ts';
import { formatReference, type Reference } from '../reference/reference.ts';
import { formatSelector, type Selector } from '../reference/selector.ts';

/** From best to worst. */
const RESULTS = ['pass', 'fail', 'missing', 'error'] as const;
export type Result = (typeof RESULTS)[number];

/** What each platform states as its revision, by the platform's name, as far as it may be shown. */
export type Revisions = ReadonlyMap<string, string>;

/** An image that was read, and what it says of its origin. */
export interface Seen {
  /** Null where it is missing or could not be read. */
  readonly image: Image | null;
  /** Its texts are there; where many images together have too many, only digests, platforms and sizes are kept. */
  readonly isTold: boolean;
  readonly revisions: Revisions;
}

/** What one look at one image gave. */
export interface Look extends Seen {
  /** The line of `image`. */
  readonly asked: Selector;
  /** What was looked at; null where a pattern selected nothing. */
  readonly reference: Reference | null;
  readonly result: Result;
  readonly checks: readonly Check[];
  readonly notices: readonly string[];
  /** Why it is missing or could not be judged; null for `pass` and `fail`. */
  readonly error: AssertImageError | null;
}

/** As reports call it: the image that was looked at, or the pattern that selected none. */
export function nameOf({ reference, asked }: Look): string {
  return reference === null ? formatSelector(asked) : formatReference(reference);
}

/** A look that gave nothing. */
export function failedLook(asked: Selector, reference: Reference | null, error: AssertImageError): Look {
  const result = error.code === 'missing' ? 'missing' : 'error';
  return { asked, reference, result, image: null, isTold: false, revisions: new Map(), checks: [], notices: [], error };
}

/** Another image to lay beside the first. */
export interface Comparison extends Seen {
  readonly reference: Reference;
  /** Why it could not be read. */
  readonly error: AssertImageError | null;
}

/** Selected by a pattern, and no container image; or a repository of a catalog that has no tags. */
export interface Skipped {
  /** As the report names it: a repository alone would read as its latest. */
  readonly name: string;
  readonly reason: string;
}

export interface Verdict {
  readonly result: Result;
  readonly skipped: readonly Skipped[];
  /** How long `wait-timeout` kept us, and how many looks it took; null where nothing was waited for. */
  readonly waited: { readonly seconds: number; readonly looks: number } | null;
  readonly looks: readonly Look[];
  /** What `compare-with` names, read; null where nothing was to be compared. Changes no result. */
  readonly comparison: Comparison | null;
  /** Why there are no looks at all: wrong inputs, most often. */
  readonly error: AssertImageError | null;
}

const UNDECIDED: Verdict = { result: 'error', looks: [], skipped: [], waited: null, comparison: null, error: null };

/** Every expectation on every image: the worst result decides. No image at all is no pass. */
export function judge(looks: readonly Look[], require: 'all' | 'any' = 'all'): Verdict {
  if (require === 'any' && looks.some(({ result }) => result === 'pass'))
    return { ...UNDECIDED, result: 'pass', looks };
  const worst = Math.max(...looks.map(({ result }) => RESULTS.indexOf(result)));
  return { ...UNDECIDED, result: RESULTS[worst] ?? 'error', looks };
}

export function verdictOfError(error: AssertImageError): Verdict {
  return { ...UNDECIDED, error };
}

/** The result of one look whose image was read. */
export function resultOfChecks(checks: readonly Check[]): Result {
  return checks.every(({ holds }) => holds) ? 'pass' : 'fail';
}

/** 0, 1 or 2 as the contract has it. `error` is 2 whatever `fail-on-mismatch` says. */
export function exitCodeOf(result: Result, failOnMismatch: boolean): 0 | 1 | 2 {
  if (result === 'pass') return 0;
  if (result === 'error') return 2;
  return failOnMismatch ? 1 : 0;
}
