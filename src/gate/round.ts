import pMap from 'p-map';
import { AssertImageError, toAssertImageError } from '../base/errors.ts';
import { lookAt, type LookOptions, timeoutNow, type GateContext } from './look.ts';
import { formatReference, type Reference } from '../reference/reference.ts';
import { formatSelector, type Selector } from '../reference/selector.ts';
import { latestCreated } from '../image/created.ts';
import type { Log } from '../base/log.ts';
import { failedLook, judge, type Look, nameOf, type Skipped, type Verdict } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;
const LINES_AT_ONCE = 8;
/** And below. */
const LISTS_LANE = -2;
const PROGRESS_EVERY_MS = 5_000;

/** One line of `image`, and what it selects. */
interface Selection {
  readonly selector: Selector;
  readonly references: readonly Reference[];
  /** What the pattern came upon, and could not look into. */
  readonly skipped: readonly Skipped[];
  /** Why nothing could be selected. */
  readonly failure: Look | null;
}

/** One look at everything that was asked for. */
export async function lookAtAll(context: GateContext, options: LookOptions, log: Log): Promise<Verdict> {
  const { images, require } = context.settings;
  const patterns = images.filter(({ kind }) => kind !== 'reference').length;
  const selections = await pMap(
    images,
    (selector, at) => {
      // No look is under way yet: the first list may have the lane of the first look, the others one of their own.
      const lane = at === 0 ? 0 : LISTS_LANE - at;
      const atOnce = Math.min(patterns, LINES_AT_ONCE);
      return select(selector, context, { timeoutMs: timeoutNow(options), lane, atOnce });
    },
    { concurrency: LINES_AT_ONCE },
  );
  // All lines share one limit: each look has its own time from when it begins.
  const tasks = selections.flatMap(({ selector, references }) =>
    references.map((reference) => ({ selector, reference })),
  );
  if (tasks.length > LOOKS_AT_ONCE) await collectOften();
  const tell = progress(tasks.length, log);
  const lanes = [...Array(LOOKS_AT_ONCE).keys()];
  const looks = await pMap(
    tasks,
    async ({ selector, reference }) => {
      const mode = selector.kind === 'reference' ? options.mode : 'many';
      const lane = lanes.shift() as number;
      const look = await lookAt(selector, reference, context, { ...options, mode, lane });
      lanes.unshift(lane);
      return tell(look);
    },
    { concurrency: LOOKS_AT_ONCE },
  );
  const apart = looks.map((look) => refuseTokenOfOurs(look, context));
  const rounds = selections.map((selection) => roundOf(selection, apart.splice(0, selection.references.length)));
  const all = rounds.flatMap((round) => round.looks);
  const verdict = judge(require === 'any' ? passedFirst(all) : all, require);
  return { ...verdict, skipped: rounds.flatMap((round) => round.skipped) };
}

/**
 * V8 lets the garbage of many images grow to 100 MiB and more before it looks: a thousand took 320 MiB, and 210 with
 * this, in the same time. It reads the flag whenever it thinks of growing, so that it may be set late; loading
 * node:v8 takes 3 ms, which a single image does not need.
 */
async function collectOften(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
}

async function select(
  selector: Selector,
  context: GateContext,
  how: { readonly timeoutMs: number; readonly lane: number; readonly atOnce: number },
): Promise<Selection> {
  if (selector.kind === 'reference') return { selector, references: [selector.reference], skipped: [], failure: null };
  try {
    // Loaded only where there is a pattern.
    const { expand } = await import('./expand.ts');
    return { selector, ...(await expand(selector, context, how)), failure: null };
  } catch (thrown) {
    return { selector, references: [], skipped: [], failure: failedLook(selector, null, toAssertImageError(thrown)) };
  }
}

/**
 * A token that is part of what this run says itself would be taken out of its reports: the reference, a
 * digest, the commit. No real one is; it is the work of a service that wants to hide something.
 */
function refuseTokenOfOurs(look: Look, { registries, settings }: GateContext): Look {
  const { asked, reference, image } = look;
  if (reference === null) return look;
  const platforms = image?.platforms ?? [];
  const ours = [
    formatReference(reference),
    settings.expectations.revision?.commit ?? '',
    settings.expectations.containsCommit ?? '',
    image?.digest ?? '',
    ...platforms.flatMap(({ manifestDigest, imageId }) => [manifestDigest, imageId]),
  ];
  if (!ours.some((text) => registries.hasTokenIn(text, reference.registry))) return look;
  const message = `${reference.registry} or its token service gave a token that is part of the reference, a digest or the commit; refused.`;
  return failedLook(asked, reference, new AssertImageError('protocol', message));
}

interface Round {
  readonly looks: readonly Look[];
  readonly skipped: readonly Skipped[];
}

/** What one line of `image` gave. Of a pattern, what is no image (signatures, charts, caches) is set aside. */
function roundOf({ selector, failure, skipped: unlisted }: Selection, looks: readonly Look[]): Round {
  if (failure) return { looks: [failure], skipped: [] };
  if (selector.kind === 'reference') return { looks, skipped: [] };
  const isImage = ({ error }: Look): boolean => error?.code !== 'not-an-image';
  const others = looks
    .filter((look) => !isImage(look))
    .map((look) => ({ name: nameOf(look), reason: look.error?.message ?? '' }));
  const skipped = [...unlisted, ...others];
  const images = newestFirst(looks.filter(isImage));
  if (images.length > 0) return { looks: images, skipped };
  const message = `nothing that ${formatSelector(selector)} selects is a container image.`;
  return { looks: [failedLook(selector, null, new AssertImageError('missing', message))], skipped };
}

/**
 * By `created`; missing and zero dates last, by tag. BuildKit keeps the date of a build that it takes from its cache:
 * where the first shares its date with another image, it says by what it came first.
 */
function newestFirst(looks: readonly Look[]): Look[] {
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

const TIED = 'by its tag it stands first:';

/** In milliseconds; 0: none. */
function dateOf({ image }: Look): number {
  const created = image && latestCreated(image);
  const date = created ? Date.parse(created) : 0;
  // 0001-01-01 and 1970-01-01 stand for no date at all.
  return date > 0 ? date : 0;
}

/** `require: any`: the outputs speak of the newest that satisfies. */
function passedFirst(looks: readonly Look[]): Look[] {
  const passed = newestFirst(looks.filter(({ result }) => result === 'pass'));
  return [...passed, ...looks.filter(({ result }) => result !== 'pass')];
}

/** A line now and then while many images are read. */
function progress(total: number, log: Log): (look: Look) => Look {
  let done = 0;
  let toldAt = performance.now();
  return (look) => {
    done += 1;
    if (performance.now() - toldAt > PROGRESS_EVERY_MS && done < total) {
      toldAt = performance.now();
      log.line(`${done} of ${total} images read, ${total - done} left`);
    }
    return look;
  };
}
