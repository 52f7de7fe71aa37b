import { AssertImageError } from '../base/errors.ts';
import { parseJsonObject } from '../json/loose-json.ts';

/**
 * The next page of a list, from its Link headers, relative or absolute; null where this was the last.
 * What might name one and cannot be read is an error: a list that was cut would hide images.
 *
 * @throws AssertImageError `protocol`, also where it leads to another host: credentials would follow
 */
export function nextPage(headers: string | string[] | undefined, current: URL): URL | null {
  const text = Array.isArray(headers) ? headers.join(', ') : (headers ?? '');
  const { links, rest } = parseLinks(text);
  const link = links.find(({ rel }) => rel.toLowerCase().split(/\s+/).includes('next'));
  if (link) {
    const { target } = link;
    const next = target !== '' && URL.canParse(target, current.href) ? new URL(target, current) : null;
    if (next === null || next.origin !== current.origin || next.username !== '' || next.href === current.href) {
      throw new AssertImageError('protocol', `${current.host} names a next page that is not its own; not followed.`);
    }
    return next;
  }
  if (/\bnext\b/i.test(rest)) {
    throw new AssertImageError('protocol', `${current.host} names a next page in a way that cannot be read.`);
  }
  return null;
}

interface Link {
  readonly target: string;
  /** Empty where there is none. */
  readonly rel: string;
}

const SPACE = /[\s,]*/y;
const TARGET = /<([^>]*)>/y;
const SEMICOLON = /\s*;\s*/y;
const NAME = /[^\s=;,"]+/y;
const EQUALS = /\s*=\s*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const TOKEN = /[^\s",;]+/y;

/** `<target>; name=value; name="quoted, value"` (RFC 8288, section 3), in one pass; `rest` begins where it cannot be read. */
function parseLinks(text: string): { readonly links: readonly Link[]; readonly rest: string } {
  const links: Link[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(SPACE);
    const start = at;
    const target = take(TARGET)?.[1];
    if (target === undefined) return { links, rest: text.slice(start) };
    let rel = '';
    while (take(SEMICOLON)) {
      const name = take(NAME)?.[0].toLowerCase();
      const value = take(EQUALS) ? (take(QUOTED)?.[1] ?? take(TOKEN)?.[0]) : '';
      if (name === undefined || value === undefined) return { links, rest: text.slice(start) };
      if (name === 'rel' && rel === '') rel = value;
    }
    links.push({ target, rel });
  }
}

/** The smallest page at which a registry is taken to have a limit of its own; shorter lists are worth no request. */
const MIN_CUT = 20;

/** The page behind one that may have been cut without a word, by its last name; null where this one is the end. */
export function pageAfter(names: readonly string[], current: URL): URL | null {
  const last = names.at(-1);
  if (last === undefined || names.length < MIN_CUT) return null;
  const next = new URL(current);
  next.searchParams.set('last', last);
  return next.href === current.href ? null : next;
}

/** The strings of a page, under a name that has to be there; null counts as none, as some registries send. */
export function readPage(body: Uint8Array, name: string, what: string): string[] {
  const page = parseJsonObject(body);
  const list = page !== null && Object.hasOwn(page, name) ? (page[name] ?? []) : undefined;
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw new AssertImageError('protocol', `${what} is no list that a registry gives.`);
}
