import pMap from 'p-map';
import { Deadline } from '../base/deadline.ts';
import { globMatcher, MAX_REPOSITORY_CHARS, MAX_TAG_CHARS } from './glob.ts';
import { AssertImageError } from '../base/errors.ts';
import type { GateContext } from './context.ts';
import type { Reference } from '../reference/reference.ts';
import { Found } from './found.ts';
import { assertListed } from './listed-names.ts';
import { formatSelector, isPattern, namespaceOf, type PatternSelector } from '../reference/selector.ts';
import type { Registries } from '../registry/registries.ts';
import type { Skipped } from './verdict.ts';

/** For all patterns of a run, because one page may have megabytes. */
const LISTS_AT_ONCE = 8;
/** Per pattern. */
const LISTS_OF_ONE = 4;
/** Each one costs a request for its tags. */
const MAX_REPOSITORIES = 3_000;

/** What a pattern selects, and what of the registry's own catalog could not be listed. */
export interface Expansion {
  readonly references: readonly Reference[];
  readonly skipped: readonly Skipped[];
}

/** @param atOnce how many patterns are looked up side by side
 * @throws AssertImageError `missing` where the pattern selects nothing, `input` where it selects too much */
export async function expand(
  selector: PatternSelector,
  { registries, settings }: GateContext,
  { timeoutMs, lane, atOnce }: { readonly timeoutMs: number; readonly lane: number; readonly atOnce: number },
): Promise<Expansion> {
  const name = formatSelector(selector);
  const deadline = new Deadline(timeoutMs, `the list for ${name}`, registries.signal, { index: lane });
  try {
    const repositories =
      selector.kind === 'tags' ? [selector.repository] : await expandRepositories(selector, registries, deadline);
    const found = new Found(settings.maxImages);
    await pMap(repositories, (repository) => expandTags({ selector, repository, found }, registries, deadline), {
      concurrency: Math.max(1, Math.min(LISTS_OF_ONE, Math.floor(LISTS_AT_ONCE / atOnce))),
    });
    if (found.count === 0) {
      throw new AssertImageError('missing', `nothing matches ${name}.`, {
        hint: '"*" and "?" are the wildcards; is it pushed, and to this registry?',
      });
    }
    if (found.count > settings.maxImages) {
      throw new AssertImageError(
        'input',
        `${name} selects ${found.count} images, and max-images is ${settings.maxImages}.`,
        {
          hint: 'Narrow the pattern, or raise max-images.',
        },
      );
    }
    const references = [...found.references.values()];
    // Last, so that an oversized selection is not walked.
    for (const reference of references) {
      assertListed(reference, registries);
    }
    return { references, skipped: found.skipped };
  } finally {
    deadline.clear();
  }
}

async function expandRepositories(
  selector: PatternSelector & { kind: 'repositories' },
  registries: Registries,
  deadline: Deadline,
): Promise<string[]> {
  const { registry } = selector;
  const accepts = globMatcher(selector.pattern, MAX_REPOSITORY_CHARS);
  const names = new Set<string>();
  const take = (name: string): void => {
    if (!accepts(name) || names.has(name)) return;
    if (names.size === MAX_REPOSITORIES) {
      throw new AssertImageError(
        'too-large',
        `${formatSelector(selector)} names more than ${MAX_REPOSITORIES} repositories.`,
        { hint: 'Narrow the pattern, or name the repositories, one per line.' },
      );
    }
    names.add(name);
  };
  const place = { registry, namespace: namespaceOf(selector.pattern) };
  await registries.repositoryNames(place, take, deadline);
  // Before they stand in a URL or in the scope of a token.
  for (const repository of names) {
    assertListed({ registry, repository, tag: null, digest: null }, registries);
  }
  return [...names];
}

/** The tags of one repository that the pattern selects. */
async function expandTags(
  { selector, repository, found }: { selector: PatternSelector; repository: string; found: Found },
  registries: Registries,
  deadline: Deadline,
): Promise<void> {
  const pattern = selector.kind === 'tags' ? selector.pattern : selector.tag;
  const place = { registry: selector.registry, repository, tag: null, digest: null };
  if (!isPattern(pattern)) return found.add({ ...place, tag: pattern });
  const accepts = globMatcher(pattern, MAX_TAG_CHARS);
  const take = (tag: string): void => {
    if (accepts(tag)) found.add({ ...place, tag });
  };
  try {
    await registries.repository(place).tags(take, deadline);
  } catch (error) {
    // Registries keep repositories in their catalog whose last tag was deleted.
    const isGone = selector.kind === 'repositories' && error instanceof AssertImageError && error.code === 'missing';
    if (!isGone) throw error;
    const name = `${selector.registry}/${repository}`;
    found.skipped.push({ name, reason: 'the catalog names it, and it has no list of tags.' });
  }
}
