import pMap from 'p-map';
import { Deadline } from './deadline.ts';
import { globMatcher, MAX_REPOSITORY_CHARS, MAX_TAG_CHARS } from './discovery/glob.ts';
import { AssertImageError } from './errors.ts';
import type { Surroundings } from './look.ts';
import { formatReference, parseReference, type Reference } from './reference/reference.ts';
import { formatSelector, isPattern, namespaceOf, type PatternSelector } from './reference/selector.ts';
import type { Registries } from './source/registry/registries.ts';
import type { Skipped } from './verdict.ts';

/** Each may have megabytes on a page. */
const LISTS_AT_ONCE = 4;

/** What a pattern selects, and what of the registry's own catalog could not be listed. */
export interface Expansion {
  readonly references: readonly Reference[];
  readonly skipped: readonly Skipped[];
}

/** @throws AssertImageError `missing` where the pattern selects nothing, `input` where it selects too much */
export async function expand(
  selector: PatternSelector,
  { registries, settings }: Surroundings,
  timeoutMs: number,
  lane: number,
): Promise<Expansion> {
  const name = formatSelector(selector);
  const deadline = new Deadline(timeoutMs, `the list for ${name}`, registries.signal, lane);
  try {
    const repositories =
      selector.kind === 'tags' ? [selector.repository] : await expandRepositories(selector, registries, deadline);
    const pattern = selector.kind === 'tags' ? selector.pattern : selector.tag;
    const lists = await pMap(
      repositories,
      (repository) =>
        expandTags(selector.registry, repository, pattern, selector.kind === 'repositories', registries, deadline),
      {
        concurrency: LISTS_AT_ONCE,
      },
    );
    const selected = lists.flatMap(({ references }) => references);
    const skipped = lists.flatMap((list) => list.skipped);
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
    // Last: what is refused for its number is not looked through first.
    for (const reference of selected) {
      assertGrammar(reference);
      assertNoSecret(reference, registries);
    }
    return { references: selected, skipped };
  } finally {
    deadline.clear();
  }
}

async function expandRepositories(
  selector: PatternSelector & { kind: 'repositories' },
  registries: Registries,
  deadline: Deadline,
): Promise<string[]> {
  const accepts = globMatcher(selector.pattern, MAX_REPOSITORY_CHARS);
  const place = { registry: selector.registry, namespace: namespaceOf(selector.pattern) };
  const names = [...new Set(await registries.repositoryNames(place, accepts, deadline))];
  // Before they stand in a URL or in the scope of a token.
  for (const repository of names) {
    const reference = { registry: selector.registry, repository, tag: null, digest: null };
    assertGrammar(reference);
    assertNoSecret(reference, registries);
  }
  return names;
}

async function expandTags(
  registry: string,
  repository: string,
  pattern: string,
  isOneOfMany: boolean,
  registries: Registries,
  deadline: Deadline,
): Promise<Expansion> {
  if (!isPattern(pattern)) return { references: [{ registry, repository, tag: pattern, digest: null }], skipped: [] };
  const accepts = globMatcher(pattern, MAX_TAG_CHARS);
  const place = { registry, repository, tag: null, digest: null };
  try {
    const tags = await registries.repository(place).tags(accepts, deadline);
    return { references: [...new Set(tags)].map((tag) => ({ ...place, tag })), skipped: [] };
  } catch (error) {
    // Registries keep repositories in their catalog whose last tag was deleted.
    const isGone = isOneOfMany && error instanceof AssertImageError && error.code === 'missing';
    if (!isGone) throw error;
    return {
      references: [],
      skipped: [{ name: `${registry}/${repository}`, reason: 'the catalog names it, and it has no list of tags.' }],
    };
  }
}

/** Names stand in every report: a registry that was given a password could have us publish it. */
function assertNoSecret(reference: Reference, registries: Registries): void {
  if (!registries.hasSecretIn(formatReference(reference))) return;
  throw new AssertImageError(
    'protocol',
    `${reference.registry} lists a name that holds a credential; nothing of that list was read.`,
  );
}

/** Names come from the registry, and stand in URLs and outputs: each has to be what a reference may hold. */
function assertGrammar(reference: Reference): void {
  const text = formatReference(reference);
  try {
    if (formatReference(parseReference(text)) === text) return;
  } catch {
    // Told below, without repeating what a registry made up.
  }
  throw new AssertImageError(
    'protocol',
    `${reference.registry} lists a name that no reference may hold; nothing of that list was read.`,
  );
}
