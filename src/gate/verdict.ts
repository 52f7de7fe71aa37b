import type { AssertImageError } from '../base/errors.ts';
import type { Check } from '../expectations/check.ts';
import type { Ancestry } from '../expectations/revision/ancestry.ts';
import type { Finding } from '../expectations/provenance/finding.ts';
import type { Image } from '../image/image.ts';
import { formatReference, type Reference } from '../reference/reference.ts';
import { formatSelector, type Selector } from '../reference/selector.ts';

/** From best to worst. */
const RESULTS = ['pass', 'fail', 'missing', 'error'] as const;
export type Result = (typeof RESULTS)[number];

/** The stated revision by platform name, if it may be shown. */
export type Revisions = ReadonlyMap<string, string>;

/** An image that was read, with the revisions it states. */
export interface Seen {
  /** Null where it is missing or could not be read. */
  readonly image: Image | null;
  /** False if its texts were dropped to save memory; digests, platforms and sizes remain. */
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
  /** It was read, and its provenance could not be. */
  readonly isUnproven: boolean;
  /** What was found of signed provenance; null where none was asked for, and where the image could not be read. */
  readonly provenance: Finding | null;
  /** Why it is missing or could not be judged; null for `pass` and `fail`. */
  readonly error: AssertImageError | null;
}

/** The name in reports: the image, or the pattern that selected nothing. */
export function nameOf({ reference, asked }: Look): string {
  return reference === null ? formatSelector(asked) : formatReference(reference);
}

/** A look that gave nothing. */
export function failedLook(asked: Selector, reference: Reference | null, error: AssertImageError): Look {
  const result = error.code === 'missing' ? 'missing' : 'error';
  const nothing = {
    image: null,
    isTold: false,
    revisions: new Map(),
    checks: [],
    notices: [],
    isUnproven: false,
    provenance: null,
  };
  return { asked, reference, result, ...nothing, error };
}

/** An image to compare the first one with. */
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
  /** Time and number of looks spent waiting. Null without `wait-timeout`. */
  readonly waited: { readonly seconds: number; readonly looks: number } | null;
  readonly looks: readonly Look[];
  /** What `compare-with` names, read; null where nothing was to be compared. Changes no result. */
  readonly comparison: Comparison | null;
  /** How revisions that were found stand to the expected commit, by revision in lower case; only what was asked and answered. */
  readonly distances: ReadonlyMap<string, Ancestry>;
  /** Why there are no looks, usually wrong inputs. */
  readonly error: AssertImageError | null;
}

const UNDECIDED: Verdict = {
  result: 'error',
  looks: [],
  skipped: [],
  waited: null,
  comparison: null,
  distances: new Map(),
  error: null,
};

/** The worst result wins. Zero images never pass. */
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

/** 0, 1 or 2 as the contract has it. `error` is 2 with any `fail-on-mismatch`. */
export function exitCodeOf(result: Result, failOnMismatch: boolean): 0 | 1 | 2 {
  if (result === 'pass') return 0;
  if (result === 'error') return 2;
  return failOnMismatch ? 1 : 0;
}
