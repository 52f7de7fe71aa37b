import { isNothingExpected } from '../expectations/expectations.ts';
import type { Reference } from '../reference/reference.ts';
import type { Settings } from '../settings/settings.ts';

/** What the author of a reference should know, for any image. */
export function notesOn({ tag, digest, layout }: Reference, { expectations, platforms }: Settings): string[] {
  const notes: string[] = [];
  if (tag !== null && digest !== null) {
    notes.push(`the digest was read; that the tag ${tag} points to it was not checked.`);
  }
  if (tag === null && digest === null && layout === undefined) {
    notes.push('the reference has no tag; latest was read, which anyone who pushes moves.');
  }
  if (isNothingExpected(expectations) && platforms === 'all') {
    notes.push('nothing is expected of this image but that it can be read. Set revision, digest, labels or env.');
  }
  return notes;
}
