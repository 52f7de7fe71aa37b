import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import type { Conversation } from './conversation.ts';
import { readNames } from './name-list.ts';

/** What a refusal to list means: there is no such list for us. */
const REFUSALS: ReadonlySet<string> = new Set(['missing', 'denied', 'unauthorized', 'protocol']);

/**
 * Hands every repository of a registry to `take`.
 *
 * @throws AssertImageError `unsupported` where it has no catalog, or does not show it
 */
export async function readCatalog(
  conversation: Conversation,
  { registry, origin }: { readonly registry: string; readonly origin: string },
  take: (name: string) => void,
  deadline: Deadline,
): Promise<void> {
  if (registry === 'ghcr.io') throw noCatalogError(registry, '');
  const url = new URL('/v2/_catalog', origin);
  const list = { url, name: 'repositories', what: `the catalog of ${registry}`, scope: 'registry:catalog:*' };
  try {
    await readNames(conversation, list, take, deadline);
  } catch (error) {
    const isRefusal = error instanceof AssertImageError && REFUSALS.has(error.code);
    throw isRefusal ? noCatalogError(registry, ` ${error.message}`) : error;
  }
}

function noCatalogError(registry: string, seen: string): AssertImageError {
  return new AssertImageError(
    'unsupported',
    `${registry} has no catalog of its repositories, or does not show it.${seen}`,
    { hint: 'Name the repositories, one per line; the tag may be a pattern.' },
  );
}
