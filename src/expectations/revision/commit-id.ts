import { AssertImageError } from '../../base/errors.ts';

/** A full SHA-1 or SHA-256 commit ID; no abbreviation identifies a commit: seven digits are found in seconds. */
export function isCommitId(text: string): boolean {
  return /^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(text);
}

/** Reads a full commit ID, to lower case. @throws AssertImageError `input` */
export function parseCommit(text: string, keywords = ', auto or any'): string {
  if (isCommitId(text) && !/^0+$/.test(text)) return text.toLowerCase();
  throw new AssertImageError('input', `${JSON.stringify(text)} is not a full commit ID.`, {
    hint: `Use a full commit ID (40 or 64 hex digits)${keywords}.`,
  });
}
