/** Cut to a length, saying how much is left out. Surrogate pairs stay whole. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = start(text, maxChars);
  return `${cut}… (${text.length - cut.length} more)`;
}

/** A text in quotes, or how long it is: a secret that is cut could no longer be recognised. */
export function quoteOrCount(text: string, maxChars: number): string {
  return text.length <= maxChars ? JSON.stringify(text) : `a text of ${text.length} characters`;
}

/** The first characters of a text, without half of a surrogate pair at their end. */
export function start(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
  return copyOf(cut);
}

/** V8 keeps the whole source string alive for a slice; the source may have megabytes. */
export function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
