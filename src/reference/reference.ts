import { AssertImageError } from '../base/errors.ts';
import { type Digest, parseDigest } from './digest.ts';
import { LAYOUT_PREFIX, parseLayoutReference } from './layout-reference.ts';
import { parseRegistryHost } from './host.ts';
import { invalidReferenceError, refuseCredentials, refuseForeignText, refuseOneSegmentTraps } from './traps.ts';

/** `registry/repository[:tag][@digest]`, canonical. With neither tag nor digest, the tag is `latest`. */
export interface Reference {
  /** `host[:port]`, lower case; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** Path of an OCI image layout; then registry and repository are empty. */
  readonly layout?: string;
}

const PATH_COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** distribution/reference `RepositoryNameTotalLengthMax`. */
const MAX_REPOSITORY_CHARS = 255;
const DEFAULT_TAG = 'latest';
const NOT_A_REGEXP = 'Patterns are * and ?, not regular expressions.';

/**
 * Reads a reference as Docker does (grammar: distribution/reference `regexp.go`, normalisation:
 * `normalize.go`), with its known traps turned into errors: a gate must never ask about a
 * repository other than the one its author meant.
 *
 * @throws AssertImageError `input`; the text is not repeated where it may hold a password.
 */
export function parseReference(input: string): Reference {
  if (input === '') {
    throw new AssertImageError('input', 'the image reference is empty.', {
      hint: 'Did an expression or a variable evaluate to nothing?',
    });
  }
  if (input.startsWith(LAYOUT_PREFIX)) return { registry: '', repository: '', ...parseLayoutReference(input) };
  refuseCredentials(input);
  const text = input.startsWith('docker://') ? input.slice('docker://'.length) : input;
  refuseForeignText(text, input);
  const [named, digestText] = text.split('@') as [string, string?];
  const { name, tag } = splitTag(named, input);
  refuseOneSegmentTraps(name, tag, input);
  const { registry, repository } = splitRegistry(name, input);
  return { registry, repository, tag, digest: digestText === undefined ? null : readDigest(digestText, input) };
}

/** The canonical text; a tag and a digest both stand in it. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === null ? '' : `:${reference.tag}`;
  const digest = reference.digest === null ? '' : `@${reference.digest}`;
  if (reference.layout !== undefined) return `${LAYOUT_PREFIX}${reference.layout}${tag}${digest}`;
  const fallback = tag === '' && digest === '' ? `:${DEFAULT_TAG}` : '';
  return `${reference.registry}/${reference.repository}${tag}${digest}${fallback}`;
}

/** `registry/repository@digest`: what later steps should use. */
export function formatPinned(reference: Reference, digest: Digest): string {
  return reference.layout === undefined
    ? `${reference.registry}/${reference.repository}@${digest}`
    : `${LAYOUT_PREFIX}${reference.layout}@${digest}`;
}

/** The last segment of the manifest URL: the digest where there is one, else the tag; empty for the only image of a layout. */
export function tagOrDigest(reference: Reference): string {
  return reference.digest ?? tagOf(reference) ?? '';
}

/** The tag that is resolved: null where a digest is read instead. */
export function tagOf(reference: Reference): string | null {
  if (reference.digest !== null) return null;
  return reference.tag ?? (reference.layout === undefined ? DEFAULT_TAG : null);
}

function splitTag(named: string, input: string): { name: string; tag: string | null } {
  const colon = named.lastIndexOf(':');
  // An IPv6 host and a port also have colons, but a tag's comes after the last slash and bracket.
  if (colon <= Math.max(named.lastIndexOf('/'), named.lastIndexOf(']'))) return { name: named, tag: null };
  const name = named.slice(0, colon);
  const tag = named.slice(colon + 1);
  if (tag === '') throw invalidReferenceError(input, 'the tag is empty', 'Did an expression evaluate to nothing?');
  if (name === '')
    throw invalidReferenceError(input, 'the repository is missing', 'Did an expression evaluate to nothing?');
  if (!TAG.test(tag)) {
    const hint = /[^\w.:-]/.test(tag) ? NOT_A_REGEXP : 'Write host/repository:tag.';
    const message = `${JSON.stringify(tag)} is not a tag (letters, digits, "_", "." and "-", at most 128)`;
    throw invalidReferenceError(input, message, hint);
  }
  return { name, tag };
}

function splitRegistry(name: string, input: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (slash === 0)
    throw invalidReferenceError(input, 'it begins with "/"', 'Did an expression before it evaluate to nothing?');
  const isHost = first === 'localhost' || /[.:[]/.test(first);
  if (!isHost && first !== first.toLowerCase()) {
    throw invalidReferenceError(
      input,
      `${JSON.stringify(first)} would be taken as a registry host`,
      `Did you mean ${name.toLowerCase()}?`,
    );
  }
  const registry = isHost ? readHost(first, input) : 'docker.io';
  const path = isHost ? name.slice(slash + 1) : name;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  assertRepository(repository, registry, input);
  return { registry, repository };
}

function assertRepository(repository: string, registry: string, input: string): void {
  if (repository !== repository.toLowerCase()) {
    const hint = registry === 'ghcr.io' ? '⟦lower case⟧' : `Did you mean ${registry}/${repository.toLowerCase()}?`;
    throw invalidReferenceError(input, `the repository name (${repository}) must be lowercase`, hint);
  }
  if (!repository.split('/').every((component) => PATH_COMPONENT.test(component))) {
    const form = 'Write lower-case letters and digits, with ".", "_" or "-" between them, and "/".';
    const odd = /[^\w./:@-]/.exec(repository)?.[0] ?? '';
    const hint = odd === '' ? form : /[,;]/.test(odd) ? 'Write one reference per line, without commas.' : NOT_A_REGEXP;
    throw invalidReferenceError(input, `${JSON.stringify(repository)} is not a repository name`, hint);
  }
  if (repository.length > MAX_REPOSITORY_CHARS) {
    const message = `the repository name must not be more than ${MAX_REPOSITORY_CHARS} characters`;
    throw invalidReferenceError(input, message, 'Shorten it.');
  }
}

function readHost(text: string, input: string): string {
  try {
    return parseRegistryHost(text);
  } catch (error) {
    const { message, hint } = error as AssertImageError;
    throw invalidReferenceError(input, message.replace(/\.$/, ''), hint ?? 'Write host or host:port.');
  }
}

function readDigest(text: string, input: string): Digest {
  try {
    return parseDigest(text);
  } catch (error) {
    const { message, hint } = error as AssertImageError;
    throw invalidReferenceError(input, message.replace(/\.$/, ''), hint ?? 'Write @sha256: and 64 hex digits.');
  }
}
