import { AssertImageError } from '../base/errors.ts';
import type { FollowedResponse } from './redirects.ts';

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

/** Whether a list that is read no further goes on; also where what names the next page cannot be followed. */
export function hasMore({ headers, url }: Pick<FollowedResponse, 'headers' | 'url'>): boolean {
  try {
    return nextPage(headers['link'], url) !== null;
  } catch {
    return true;
  }
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
