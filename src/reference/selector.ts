import { AssertImageError } from '../errors.ts';
import { formatReference, parseReference, type Reference } from './reference.ts';

/** One line of `image`: a reference, or a pattern in the tag that selects several. */
export type Selector =
  | { readonly kind: 'reference'; readonly registry: string; readonly reference: Reference }
  | { readonly kind: 'tags'; readonly registry: string; readonly repository: string; readonly pattern: string };

const WILDCARD = /[*?]/;

/**
 * Reads a reference, or a pattern: `*` and `?` stay within a path segment, `**` crosses, nothing
 * else is special.
 *
 * @throws AssertImageError `input`
 */
export function parseSelector(text: string): Selector {
  if (!WILDCARD.test(text) || text.includes('@') || text.startsWith('oci-layout:')) {
    const reference = parseReference(text);
    return { kind: 'reference', registry: reference.registry, reference };
  }
  const colon = text.lastIndexOf(':');
  const [name, pattern] = colon > text.lastIndexOf('/') ? [text.slice(0, colon), text.slice(colon + 1)] : [text, ''];
  if (WILDCARD.test(name)) {
    throw new AssertImageError('input', `${JSON.stringify(text)}: a pattern in the repository is not supported yet.`, {
      hint: 'Write one line for each repository; a pattern may stand in the tag.',
    });
  }
  // What the wildcards stand for has to be a tag: the grammar is the one of references.
  const { registry, repository } = parseReference(`${name}:${pattern.replaceAll('*', 'x').replaceAll('?', 'x')}`);
  return { kind: 'tags', registry, repository, pattern };
}

export function formatSelector(selector: Selector): string {
  return selector.kind === 'reference'
    ? formatReference(selector.reference)
    : `${selector.registry}/${selector.repository}:${selector.pattern}`;
}
