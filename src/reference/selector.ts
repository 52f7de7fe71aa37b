import { AssertImageError, reworded } from '../base/errors.ts';
import { formatReference, parseReference, type Reference } from './reference.ts';

/** One line of `image`: a reference, or a pattern that selects several. */
export type Selector =
  | { readonly kind: 'reference'; readonly registry: string; readonly reference: Reference }
  | { readonly kind: 'tags'; readonly registry: string; readonly repository: string; readonly pattern: string }
  /** `tag` may be a pattern too. */
  | { readonly kind: 'repositories'; readonly registry: string; readonly pattern: string; readonly tag: string };

export type PatternSelector = Exclude<Selector, { kind: 'reference' }>;

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
  const hasTag = colon > text.lastIndexOf('/');
  const [name, pattern] = hasTag ? [text.slice(0, colon), text.slice(colon + 1)] : [text, 'latest'];
  // What the wildcards stand for has to be a reference: the grammar is the same.
  const plain = parsePlain(text, `${withoutWildcards(name)}:${withoutWildcards(pattern)}`);
  if (!WILDCARD.test(name)) return { kind: 'tags', registry: plain.registry, repository: plain.repository, pattern };
  const first = name.slice(0, Math.max(name.indexOf('/'), 0));
  if (WILDCARD.test(first) && plain.registry !== 'docker.io')
    throw patternError(text, 'a registry has no wildcard', 'Name the registry, and write the wildcard behind it.');
  const isHostWritten =
    plain.registry !== 'docker.io' || /^(docker\.io|index\.docker\.io|registry-1\.docker\.io)$/i.test(first);
  const repositories = isHostWritten ? name.slice(name.indexOf('/') + 1) : name;
  if (plain.registry === 'docker.io' && (!repositories.includes('/') || WILDCARD.test(namespaceOf(repositories)))) {
    throw patternError(
      text,
      'on Docker Hub a pattern needs a namespace without a wildcard',
      'Write docker.io/NAMESPACE/*.',
    );
  }
  return { kind: 'repositories', registry: plain.registry, pattern: repositories, tag: pattern };
}

/** The reference that a pattern stands for. An error speaks of what was written. */
function parsePlain(text: string, plain: string): Reference {
  try {
    return parseReference(plain);
  } catch (error) {
    if (!(error instanceof AssertImageError)) throw error;
    throw reworded(
      error,
      `invalid pattern ${JSON.stringify(text)}: ${error.message.split(': ').slice(1).join(': ')}`,
      error.hint,
    );
  }
}

/** The first segment of a repository. */
export function namespaceOf(repository: string): string {
  return repository.split('/')[0] as string;
}

export function isPattern(text: string): boolean {
  return WILDCARD.test(text);
}

function withoutWildcards(text: string): string {
  return text.replaceAll('*', 'x').replaceAll('?', 'x');
}

function patternError(text: string, reason: string, hint: string): AssertImageError {
  return new AssertImageError('input', `invalid pattern ${JSON.stringify(text)}: ${reason}.`, { hint });
}

export function formatSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'reference':
      return formatReference(selector.reference);
    case 'tags':
      return `${selector.registry}/${selector.repository}:${selector.pattern}`;
    case 'repositories':
      return `${selector.registry}/${selector.pattern}:${selector.tag}`;
  }
}
