/** One evaluated expectation. A failed one is a value, never an exception. */
export interface Check {
  /** In the words of the contract. */
  readonly expectation: string;
  /** Null where it is about the image as a whole. */
  readonly platform: string | null;
  readonly holds: boolean;
  readonly expected: string;
  /** What was there; null where nothing was, or where it is not to be shown. */
  readonly actual: string | null;
  /** Empty where it holds. */
  readonly message: string;
}

export interface Checked {
  readonly checks: readonly Check[];
  /** What the author should know although it changes nothing. */
  readonly notices: readonly string[];
}
