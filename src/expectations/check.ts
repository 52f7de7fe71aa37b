/** What an expectation is about; reports word it accordingly. */
export type Topic =
  'revision' | 'contains-commit' | 'signature' | 'digest' | 'platform' | 'provenance' | 'field' | 'expression';

/** One evaluated expectation. A failed one is a value, never an exception. */
export interface Check {
  readonly topic: Topic;
  /** What was looked at: `label tier`, `digest`, the expression. */
  readonly name: string;
  /** In the words of the contract. */
  readonly expectation: string;
  /** Null where it is about the image as a whole. */
  readonly platform: string | null;
  readonly holds: boolean;
  readonly expected: string;
  /** What was there; null where nothing was, or where it is not to be shown. */
  readonly actual: string | null;
  /** Nothing was there. */
  readonly isAbsent?: boolean;
  /** What is wrong, as a sentence without its full stop; empty where it holds. */
  readonly message: string;
  /** How the sentence goes on to tell what was found: `it is`, with {@link actual} behind it. Absent: the message tells. */
  readonly found?: string;
  /** The sentence that explains it, or tells the fix. */
  readonly hint?: string | undefined;
  /** What to know besides, which is the same for several checks: told once. */
  readonly note?: string;
  /** What `actual` is to what was expected, in a few words: `4 commits behind`. */
  readonly remark?: string;
}

/** An object of ten fields, and the texts of its expectation. */
const BYTES_PER_CHECK = 240;

export interface Checked {
  readonly checks: readonly Check[];
  /** What the author should know although it changes nothing. */
  readonly notices: readonly string[];
}

/** About what checks and notices take in memory, in bytes. */
export function weightOfChecks({ checks, notices }: Checked): number {
  const ofChecks = checks.map(
    ({ actual, message, hint = '' }) => BYTES_PER_CHECK + 2 * ((actual?.length ?? 0) + message.length + hint.length),
  );
  const ofNotices = notices.map((notice) => 2 * notice.length);
  return [...ofChecks, ...ofNotices].reduce((sum, bytes) => sum + bytes, 0);
}
