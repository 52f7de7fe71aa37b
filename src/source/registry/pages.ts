import { AssertImageError } from '../../errors.ts';

/**
 * The next page of a list, from the Link header (RFC 8288; distribution-spec, Listing Tags), relative or
 * absolute; null where this was the last.
 *
 * @throws AssertImageError `protocol` where it leads to another host: credentials would follow
 */
export function nextPage(link: string | undefined, current: URL): URL | null {
  const target = /<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?/i.exec(link ?? '')?.[1];
  if (target === undefined || target === '') return null;
  const next = URL.canParse(target, current.href) ? new URL(target, current) : null;
  if (next === null || next.origin !== current.origin || next.username !== '') {
    throw new AssertImageError('protocol', `${current.host} names a next page that is not its own; not followed.`);
  }
  return next;
}

/** The strings of a page, under a name; null counts as none, as some registries send. */
export function readPage(body: Uint8Array, name: string, what: string): string[] {
  let page: Record<string, unknown> | null = null;
  try {
    page = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown> | null;
  } catch {
    // Falls through to the one error below.
  }
  const list = page?.[name] ?? [];
  if (
    page !== null &&
    typeof page === 'object' &&
    Array.isArray(list) &&
    list.every((item) => typeof item === 'string')
  )
    return list;
  throw new AssertImageError('protocol', `${what} is no list that a registry gives.`);
}
