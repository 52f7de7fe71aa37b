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

/** An object of six fields, and the text of its expectation. */
const BYTES_PER_CHECK = 160;

export interface Checked {
  readonly checks: readonly Check[];
  /** What the author should know although it changes nothing. */
  readonly notices: readonly string[];
}

/** About what checks and notices take in memory, in bytes. */
export function weightOfChecks({ checks, notices }: Checked): number {
  const ofChecks = checks.map(({ actual, message }) => BYTES_PER_CHECK + 2 * ((actual?.length ?? 0) + message.length));
  const ofNotices = notices.map((notice) => 2 * notice.length);
  return [...ofChecks, ...ofNotices].reduce((sum, bytes) => sum + bytes, 0);
}
