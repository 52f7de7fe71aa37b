import type { FilePlace } from '../base/errors.ts';
import type { InputName } from './names.ts';

/** What was asked, as text: nothing is parsed yet, nothing is checked but that it is there. */
export interface RawInputs {
  readonly values: Readonly<Record<InputName, string>>;
  /** Named by the caller, not by a default. */
  readonly given: ReadonlySet<InputName>;
}

/** Something wrong with an input: one of possibly several, all reported at once. */
export interface Problem {
  readonly input: string;
  /** 1-based, in an input with several lines. */
  readonly line?: number;
  readonly message: string;
  /** The sentence that tells the fix. */
  readonly hint: string;
  /** Of a problem in a file that an input names. */
  readonly place?: FilePlace;
}
