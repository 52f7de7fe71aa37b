import { codeSpan } from './inert.ts';
import { start } from './shorten.ts';

/** Longer sentences are cut; the report has them whole. */
const MAX_CHARS = 1000;

/**
 * A sentence of ours as Markdown that may quote others. Plain words stay prose; everything else (quoted text, digests,
 * addresses, names with punctuation) stands in code spans, where nothing acts: no HTML, link, mention, emphasis or emoji.
 */
export function prose(text: string, maxChars: number = MAX_CHARS): string {
  const cut = start(text, maxChars);
  const words = (cut === text ? cut : closed(cut)).replace(/\s+/g, ' ').trim().match(WORDS) ?? [];
  const parts: string[] = [];
  let foreign: string[] = [];
  const flush = (): void => {
    if (foreign.length > 0) parts.push(spanOf(foreign.join(' ')));
    foreign = [];
  };
  for (const [at, word] of words.entries()) {
    // `1.` at the start of a line is a list.
    const isValue = INPUT.test(words[at - 1] ?? '') || (foreign.length > 0 && /^[0-9]+[.,;:)]*$/.test(word));
    const isProse = isPlain(word) && !isValue && !(at === 0 && /^[0-9]+[.)]/.test(word));
    if (isProse || word.startsWith('(')) flush();
    // `wait-timeout: 15m` is one thing.
    if (isProse && !INPUT.test(word)) parts.push(word);
    else foreign.push(word);
    // What follows a full stop is another thing.
    if (foreign.length > 0 && /[.,;:?!)]$/.test(word) && !INPUT.test(word)) flush();
  }
  flush();
  return parts.join(' ');
}

/** Cut where it is too long, with a quotation that is open closed: what stands in quotes is not ours. */
function closed(cut: string): string {
  const quotes = cut.match(/(?<!\\)(?:\\\\)*"/g) ?? [];
  return `${cut}…${quotes.length % 2 === 1 ? '"' : ''}`;
}

/** The same, which begins as a sentence does. */
export function paragraph(text: string): string {
  const line = prose(text);
  return /^[a-z]+[ ']/.test(line) ? `${(line[0] as string).toUpperCase()}${line.slice(1)}` : line;
}

/** The name of an input, with its value behind it. */
const INPUT = /^\(?[a-z]+(?:-[a-z]+)+:$/;

/** A text in double quotes is one word, with what is glued to it. */
const WORDS = /[^\s"]*"(?:[^"\\]|\\.)*"[^\s"]*|\S+/g;

/** Names that read as words. */
const NAMES = new Set('HTTP HTTPS OCI JSON YAML CEL TLS DNS ID IDs SLSA UTC HTML MB kB'.split(' '));

/**
 * Lower-case letters with a capital in front, or a name of two such words; with an apostrophe or hyphens inside; a small number; behind it what
 * ends a part of a sentence. GitHub links seven hexadecimal digits to a commit.
 */
function isPlain(word: string): boolean {
  const [, bare = ''] = /^\(?(.*?)\)?[.,;:?!]?$/s.exec(word) ?? [];
  if (NAMES.has(bare)) return true;
  // GitHub makes a link of it.
  if (/^www$/i.test(bare)) return false;
  if (/^[0-9]{1,4}$/.test(bare)) return true;
  return /^(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+|(?:['-][a-z]+)*)|[A-Z]|[–—…])$/.test(bare) && !/^[a-f]{7,}$/i.test(bare);
}

/** The punctuation of our sentence stays outside of the span, and a span needs no quotes. */
function spanOf(text: string): string {
  const [, open = '', all = '', close = ''] = /^(\(?)(.*?)(\)?[.,;:?!]?)$/s.exec(text) ?? [];
  // `has(…)` keeps what closes it.
  const isOwn = close.startsWith(')') && open === '' && all.includes('(');
  return isOwn ? spanned('', `${all})`, close.slice(1)) : spanned(open, all, close);
}

function spanned(open: string, inner: string, close: string): string {
  if (inner === '') return codeSpan(`${open}${close}`);
  const bare = /^"[^"\\]+"$/.test(inner) ? inner.slice(1, -1) : inner;
  return `${open}${codeSpan(bare)}${close}`;
}
