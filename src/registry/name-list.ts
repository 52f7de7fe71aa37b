import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import type { FollowedResponse } from '../net/redirects.ts';
import { digestOf } from '../reference/digest.ts';
import type { Conversation } from './conversation.ts';
import { nextPage } from '../net/next-page.ts';
import { pageAfter, readPage } from './pages.ts';

/** The registry's own default is 100 or less; those that bear no thousand answer with fewer. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 200;
/** A page of a thousand of the longest names has 0.3 MB; some registries answer with all names on one page. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Five hundred full pages. */
const MAX_NAMES = 500_000;

/** A list of names, in pages. */
export interface NameList {
  readonly url: URL;
  /** Under which the names stand. */
  readonly name: string;
  /** For errors. */
  readonly what: string;
  readonly scope: string;
}

type Take = (name: string) => void;

/** Where in a list we are. */
interface Place {
  readonly url: URL;
  /** No link led here: it is the page behind the last name of the one before. */
  readonly isGuess: boolean;
  /** Digest of the page before; empty for the first. */
  readonly before: string;
}

interface Page {
  readonly names: number;
  /** Null where the list ends. */
  readonly next: Place | null;
}

/**
 * Hands every name to `take`, page by page, and keeps none: lists may have hundreds of thousands. Some registries
 * honour `n` and send no Link: `crane registry serve` does. Where a page may have been cut, the next one is asked
 * for by the last name of this one.
 *
 * @throws AssertImageError `too-large`, `protocol` or what the registry's refusal means
 */
export async function readNames(
  conversation: Conversation,
  list: NameList,
  take: Take,
  deadline: Deadline,
): Promise<void> {
  const url = new URL(list.url);
  url.searchParams.set('n', String(PAGE_SIZE));
  let place: Place | null = { url, isGuess: false, before: '' };
  let left = MAX_NAMES;
  for (let number = 1; place !== null; number += 1) {
    if (number > MAX_PAGES) throw tooLongError(list, `${MAX_PAGES} pages`);
    const asking = ask(conversation, list, place, deadline);
    const page: Page = await nextOf(asking, place, list, take);
    place = page.next;
    left -= page.names;
    if (left < 0) throw tooLongError(list, `${MAX_NAMES} names`);
    deadline.assertLeft();
  }
}

function ask(
  conversation: Conversation,
  { what, scope }: NameList,
  { url, before }: Place,
  deadline: Deadline,
): Promise<FollowedResponse> {
  const wanted = { accept: 'application/json', maxBytes: MAX_PAGE_BYTES, scope, isPathOurs: before === '' };
  return deadline.race(conversation.get(url, what, wanted, deadline));
}

/** In a function of its own, for what it holds would live until the next page is there. */
async function nextOf(asking: Promise<FollowedResponse>, place: Place, list: NameList, take: Take): Promise<Page> {
  const answer = place.isGuess ? await asking.catch(nullWhereRefused) : await asking;
  return answer === null ? { names: 0, next: null } : takePage(answer, place, list, take);
}

function takePage(answer: FollowedResponse, { url, isGuess, before }: Place, list: NameList, take: Take): Page {
  const names = readPage(answer.body, list.name, list.what);
  const linked = nextPage(answer.headers['link'], url);
  const digest = digestOfNames(names);
  // A registry that heeds neither `n` nor `last` gives the same page once more.
  if (isGuess && linked === null && digest === before) return { names: 0, next: null };
  for (const each of names) take(each);
  // Once there were links, one that has none is the last.
  const wasLinked = before !== '' && !isGuess;
  const next = linked ?? (wasLinked ? null : pageAfter(names, url));
  return { names: names.length, next: next && { url: next, isGuess: linked === null, before: digest } };
}

/** In any order, for some registries list what they have as it comes. */
function digestOfNames(names: readonly string[]): string {
  return digestOf(Buffer.from(names.toSorted().join('\n')));
}

function tooLongError({ what }: NameList, limit: string): AssertImageError {
  return new AssertImageError('too-large', `${what} has more than ${limit}; no more are read.`, {
    hint: 'Name the tag or the digest, or clean the repository up.',
  });
}

/** How a registry that does not know `last` may refuse it: then the page before was the end. */
const REFUSALS: ReadonlySet<string> = new Set(['protocol', 'missing']);

/** A page that is denied, too large or not to be had for the moment was there: without it the list is cut. */
function nullWhereRefused(error: unknown): null {
  if (error instanceof AssertImageError && REFUSALS.has(error.code)) return null;
  throw error;
}
