import { latestCreated } from '../image/created.ts';
import type { Look } from './verdict.ts';

/**
 * By `created`; missing and zero dates last, by tag. BuildKit keeps the date of a build that it takes from its cache:
 * where the first shares its date with another image, it says by what it came first.
 */
export function newestFirst(looks: readonly Look[]): Look[] {
  const [first, ...rest] = looks.toSorted(
    (a, b) => dateOf(b) - dateOf(a) || ((a.reference?.tag ?? '') < (b.reference?.tag ?? '') ? -1 : 1),
  );
  if (first === undefined) return [];
  const isTied = (look: Look): boolean =>
    look.image !== null && dateOf(look) === dateOf(first) && look.image.digest !== first.image?.digest;
  const tied = first.image === null ? 0 : rest.filter(isTied).length;
  if (tied === 0 || first.notices.some((notice) => notice.startsWith(TIED))) return [first, ...rest];
  const others = tied === 1 ? 'another selected image has' : `${tied} other selected images have`;
  const date = dateOf(first) === 0 ? 'no date' : `the same date, ${first.image && latestCreated(first.image)}`;
  return [{ ...first, notices: [...first.notices, `${TIED} ${others} ${date}.`] }, ...rest];
}

const TIED = 'chosen by its tag:';

/** The newest of those that were read; null where none was. */
export function newestOf(looks: readonly Look[]): Look | null {
  return looks
    .filter(({ image }) => image !== null)
    .reduce<Look | null>((newest, look) => (newest === null || dateOf(look) > dateOf(newest) ? look : newest), null);
}

/** Whether an image was certainly made before another: both say when. */
export function isOlder(look: Look, than: Look): boolean {
  const date = dateOf(look);
  return date > 0 && date < dateOf(than);
}

/** In milliseconds; 0: none. */
function dateOf({ image }: Look): number {
  const created = image && latestCreated(image);
  const date = created ? Date.parse(created) : 0;
  // 0001-01-01 and 1970-01-01 stand for no date at all.
  return date > 0 ? date : 0;
}
