import { AssertImageError } from '../base/errors.ts';
import { parseJsonObject } from '../json/loose-json.ts';

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
  throw new AssertImageError('protocol', `${what} is not a list that a registry gives.`);
}
