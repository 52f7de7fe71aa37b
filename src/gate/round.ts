import pMap from 'p-map';
import { AssertImageError, toAssertImageError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { formatReference, type Reference } from '../reference/reference.ts';
import { formatSelector, type PatternSelector, type Selector } from '../reference/selector.ts';
import { collectOften, Lanes } from './lanes.ts';
import type { GateContext } from './context.ts';
import { lookAt, type LookOptions, timeoutNow } from './look.ts';
import { judgeAny } from './any.ts';
import { newestFirst } from './newest.ts';
import { failedLook, judge, type Look, nameOf, type Skipped, type Verdict } from './verdict.ts';

/** Patterns whose lists are read side by side. */
const PATTERNS_AT_ONCE = 4;
/** And below. */
const LISTS_LANE = -2;

/** One line of `image`, and what it selects. */
interface Selection {
  readonly selector: Selector;
  readonly references: readonly Reference[];
  /** Found by the pattern, but could not be looked into. */
  readonly skipped: readonly Skipped[];
  /** Why nothing could be selected. */
  readonly failure: Look | null;
}

/** What a line selects, looked at. */
interface Selected {
  readonly selection: Selection;
  readonly looks: readonly Look[];
}

/** One look at everything that was asked for; images that are named do not wait for the lists of others. */
export async function lookAtAll(context: GateContext, options: LookOptions, log: Log): Promise<Verdict> {
  const { require } = context.settings;
  const selected = await lookAtLines(context, options, log);
  // Not before all tokens are known: what one look was given may be the tag of another.
  const rounds = selected.map(({ selection, looks }) =>
    roundOf(
      selection,
      looks.map((look) => refuseTokenOfOurs(look, context)),
    ),
  );
  const all = rounds.flatMap((round) => round.looks);
  const verdict = require === 'any' ? judgeAny(all) : judge(all);
  return { ...verdict, skipped: rounds.flatMap((round) => round.skipped) };
}

/** In the order of the lines of `image`. */
async function lookAtLines(context: GateContext, options: LookOptions, log: Log): Promise<Selected[]> {
  const { images } = context.settings;
  const lanes = new Lanes(log, {
    ownsProcess: context.ownsProcess,
    signal: context.registries.signal,
    endsAtMs: options.endsAtMs,
  });
  const lookAtEach = async (selection: Selection): Promise<Selected> => {
    const { selector, references } = selection;
    context.budget.expect(references.length);
    await lanes.expect(references.length);
    const mode = selector.kind === 'reference' ? options.mode : 'many';
    const looks = references.map((reference) =>
      lanes.look(reference.registry, (lane) => lookAt(selector, reference, context, { ...options, mode, lane })),
    );
    return { selection, looks: await Promise.all(looks) };
  };
  const patterns = images.filter((selector) => selector.kind !== 'reference');
  const atOnce = Math.min(patterns.length, PATTERNS_AT_ONCE);
  const ofPatterns = pMap(
    patterns,
    async (selector, at) => {
      // A single pattern may use lane 0, since no look has started.
      const lane = images.length === 1 ? 0 : LISTS_LANE - at;
      return lookAtEach(await select(selector, context, { timeoutMs: timeoutNow(options), lane, atOnce }));
    },
    { concurrency: PATTERNS_AT_ONCE },
  );
  const ofReferences = images.map((selector) =>
    selector.kind === 'reference'
      ? lookAtEach({ selector, references: [selector.reference], skipped: [], failure: null })
      : null,
  );
  const byPattern = new Map((await ofPatterns).map((selected, at) => [patterns[at] as Selector, selected]));
  return Promise.all(
    images.map(async (selector, at) => (await ofReferences[at]) ?? (byPattern.get(selector) as Selected)),
  );
}

async function select(
  selector: PatternSelector,
  context: GateContext,
  how: { readonly timeoutMs: number; readonly lane: number; readonly atOnce: number },
): Promise<Selection> {
  try {
    // Loaded only where there is a pattern.
    const [{ expand }] = await Promise.all([import('./expand.ts'), context.ownsProcess && collectOften()]);
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
