import { Deadline } from './deadline.ts';
import { toAssertImageError } from './errors.ts';
import { checkImage } from './expectations/check-image.ts';
import { isNothingExpected } from './expectations/expectations.ts';
import { readImage } from './image/image.ts';
import { formatReference, type Reference, tagOrDigest } from './reference/reference.ts';
import type { Settings } from './settings.ts';
import type { Registries } from './source/registry/registries.ts';
import { type Look, resultOfChecks } from './verdict.ts';

/** Reads one image and checks it. Never throws: what goes wrong is the result of the look. */
export async function lookAt(reference: Reference, registries: Registries, settings: Settings): Promise<Look> {
  const deadline = new Deadline(settings.timeoutMs, formatReference(reference), registries.signal);
  try {
    const source = registries.repository(reference).within(deadline);
    const image = await deadline.race(readImage(source, tagOrDigest(reference), settings.platforms));
    const { checks, notices } = checkImage(image, settings.expectations);
    return {
      reference,
      result: resultOfChecks(checks),
      image,
      checks,
      notices: [...notesOn(reference, settings), ...notices],
      error: null,
    };
  } catch (thrown) {
    const error = toAssertImageError(thrown);
    const result = error.code === 'missing' ? 'missing' : 'error';
    return { reference, result, image: null, checks: [], notices: [], error };
  } finally {
    deadline.clear();
  }
}

function notesOn({ tag, digest }: Reference, { expectations, platforms }: Settings): string[] {
  const notes: string[] = [];
  if (tag !== null && digest !== null)
    notes.push(`the digest was read; that the tag ${tag} points to it was not checked.`);
  if (tag === null && digest === null)
    notes.push('the reference has no tag; latest was read, which anyone who pushes moves.');
  if (isNothingExpected(expectations) && platforms === 'all') {
    notes.push('nothing is expected of this image but that it can be read. Set revision, digest, labels or env.');
  }
  return notes;
}
