import pMap from 'p-map';
import { Deadline } from './deadline.ts';
import { AssertImageError, toAssertImageError } from './errors.ts';
import { selectNames } from './discovery/select-names.ts';
import { lookAt, type LookOptions, type Surroundings } from './look.ts';
import { formatReference, type Reference } from './reference/reference.ts';
import { formatSelector, isPattern, namespaceOf, type Selector } from './reference/selector.ts';
import { latestCreated } from './report/agreed.ts';
import type { Log } from './report/log.ts';
import type { Registries } from './source/registry/registries.ts';
import { judge, type Look, type Verdict } from './verdict.ts';

/** More would queue on the registry's connection while their deadlines run. */
const LOOKS_AT_ONCE = 8;
const PROGRESS_EVERY_MS = 5_000;
/** By these a pattern's image shows that it is none: signatures, charts, caches. */
const NO_IMAGE: ReadonlySet<string> = new Set(['not-an-image', 'unsupported']);

/** One look at everything that was asked for; images that passed before are not looked at again. */
export async function lookAtAll(
  surroundings: Surroundings,
  options: LookOptions,
  before: Verdict | null,
  log: Log,
): Promise<Verdict> {
  const { images, require } = surroundings.settings;
  const rounds = await Promise.all(
    images.map((selector) => lookAtSelected(selector, surroundings, options, before, log)),
  );
  const looks = rounds.flatMap((round) => round.looks);
  const verdict = judge(require === 'any' ? passedFirst(looks) : looks, require);
  return { ...verdict, skipped: rounds.flatMap((round) => round.skipped) };
}

interface Round {
  readonly looks: readonly Look[];
  readonly skipped: Verdict['skipped'];
}

async function lookAtSelected(
  selector: Selector,
  surroundings: Surroundings,
  options: LookOptions,
  before: Verdict | null,
  log: Log,
): Promise<Round> {
  const look = async (reference: Reference, mode: LookOptions['mode']): Promise<Look> =>
    before?.looks.find(
      (known) => known.result === 'pass' && formatReference(known.reference) === formatReference(reference),
    ) ?? lookAt(reference, surroundings, { ...options, mode });
  if (selector.kind === 'reference') return { looks: [await look(selector.reference, options.mode)], skipped: [] };
  let selected: Reference[];
  try {
    selected = await expand(selector, surroundings, options.timeoutMs);
  } catch (thrown) {
    const reference = standIn(selector);
    const error = toAssertImageError(thrown);
    return {
      looks: [
        {
          reference,
          result: error.code === 'missing' ? 'missing' : 'error',
          image: null,
          checks: [],
          notices: [],
          error,
        },
      ],
      skipped: [],
    };
  }
  const told = progress(selected.length, log);
  const all = await pMap(selected, async (reference) => told(await look(reference, 'many')), {
    concurrency: LOOKS_AT_ONCE,
  });
  const isImage = ({ error }: Look): boolean => error === null || !NO_IMAGE.has(error.code);
  const skipped = all
    .filter((item) => !isImage(item))
    .map(({ reference, error }) => ({ reference, reason: error?.message ?? '' }));
  const looks = newestFirst(all.filter(isImage));
  if (looks.length > 0) return { looks, skipped };
  const reference = standIn(selector);
  const error = new AssertImageError(
    'missing',
    `nothing that ${formatSelector(selector)} selects is a container image.`,
  );
  return { looks: [{ reference, result: 'missing', image: null, checks: [], notices: [], error }], skipped };
}

/** Stands for a pattern where there is no image to name. */
function standIn(selector: PatternSelector): Reference {
  return selector.kind === 'tags'
    ? { registry: selector.registry, repository: selector.repository, tag: selector.pattern, digest: null }
    : { registry: selector.registry, repository: selector.pattern, tag: selector.tag, digest: null };
}

type PatternSelector = Exclude<Selector, { kind: 'reference' }>;

/** @throws AssertImageError `missing` where the pattern selects nothing, `input` where it selects too much */
async function expand(
  selector: PatternSelector,
  { registries, settings }: Surroundings,
  timeoutMs: number,
): Promise<Reference[]> {
  const name = formatSelector(selector);
  const deadline = new Deadline(timeoutMs, `the list for ${name}`, registries.signal);
  try {
    const repositories =
      selector.kind === 'tags' ? [selector.repository] : await expandRepositories(selector, registries, deadline);
    const pattern = selector.kind === 'tags' ? selector.pattern : selector.tag;
    const lists = await pMap(
      repositories,
      (repository) => expandTags(selector.registry, repository, pattern, registries, deadline),
      {
        concurrency: LOOKS_AT_ONCE,
      },
    );
    const selected = lists.flat();
    if (selected.length === 0) {
      throw new AssertImageError('missing', `nothing matches ${name}.`, {
        hint: '"*" and "?" are the wildcards; is it pushed, and to this registry?',
      });
    }
    if (selected.length > settings.maxImages) {
      throw new AssertImageError(
        'input',
        `${name} selects ${selected.length} images, and max-images is ${settings.maxImages}.`,
        {
          hint: 'Narrow the pattern, or raise max-images.',
        },
      );
    }
    return selected;
  } finally {
    deadline.clear();
  }
}

async function expandRepositories(
  selector: PatternSelector & { kind: 'repositories' },
  registries: Registries,
  deadline: Deadline,
): Promise<string[]> {
  const names = await registries.repositoryNames(selector.registry, namespaceOf(selector.pattern), deadline);
  return selectNames(names, selector.pattern);
}

async function expandTags(
  registry: string,
  repository: string,
  pattern: string,
  registries: Registries,
  deadline: Deadline,
): Promise<Reference[]> {
  if (!isPattern(pattern)) return [{ registry, repository, tag: pattern, digest: null }];
  const tags = await registries.repository({ registry, repository, tag: null, digest: null }).tags(deadline);
  return selectNames(tags, pattern).map((tag) => ({ registry, repository, tag, digest: null }));
}

/** By `created`; missing and zero dates last, by tag. */
function newestFirst(looks: readonly Look[]): Look[] {
  const dateOf = ({ image }: Look): number => {
    const created = image && latestCreated(image);
    const date = created ? Date.parse(created) : 0;
    // 0001-01-01 and 1970-01-01 stand for no date at all.
    return date > 0 ? date : 0;
  };
  return looks.toSorted(
    (a, b) => dateOf(b) - dateOf(a) || ((a.reference.tag ?? '') < (b.reference.tag ?? '') ? -1 : 1),
  );
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
