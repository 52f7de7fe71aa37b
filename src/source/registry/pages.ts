import { AssertImageError } from '../../errors.ts';

/** `<target>; name=value; name="quoted, value"`, as RFC 8288 section 3 has it. */
const LINK = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))?)*)/g;
const REL = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))/i;

/**
 * The next page of a list, from its Link headers, relative or absolute; null where this was the last.
 * What might name one and cannot be read is an error: a list that was cut would hide images.
 *
 * @throws AssertImageError `protocol`, also where it leads to another host: credentials would follow
 */
export function nextPage(headers: string | string[] | undefined, current: URL): URL | null {
  const text = Array.isArray(headers) ? headers.join(', ') : (headers ?? '');
  for (const [, target = '', parameters = ''] of text.matchAll(LINK)) {
    const rel = REL.exec(parameters);
    if (!(rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) continue;
    const next = target !== '' && URL.canParse(target, current.href) ? new URL(target, current) : null;
    if (next === null || next.origin !== current.origin || next.username !== '' || next.href === current.href) {
      throw new AssertImageError('protocol', `${current.host} names a next page that is not its own; not followed.`);
    }
    return next;
  }
  if (/\bnext\b/i.test(text.replaceAll(LINK, ''))) {
    throw new AssertImageError('protocol', `${current.host} names a next page in a way that cannot be read.`);
  }
  return null;
}

/** The strings of a page, under a name that has to be there; null counts as none, as some registries send. */
export function readPage(body: Uint8Array, name: string, what: string): string[] {
  const page = parse(body);
  const list = page !== null && Object.hasOwn(page, name) ? (page[name] ?? []) : undefined;
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw new AssertImageError('protocol', `${what} is no list that a registry gives.`);
}

function parse(body: Uint8Array): Record<string, unknown> | null {
  try {
    const page: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof page === 'object' && page !== null && !Array.isArray(page) ? (page as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
