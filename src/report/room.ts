import { shorten } from '../base/shorten.ts';
import { inertLines } from '../base/inert.ts';

/** Two hundred images of two platforms have some 2 MB. */
const MAX_REPORT_CHARS = 12 * 1024 * 1024;
/** Longer texts are cut: a label can be megabytes. */
const MAX_TEXT_CHARS = 512 * 1024;
/** Of one list or map; real ones have some dozens. */
const MAX_ENTRIES = 2000;
/** Indentation, quotes, comma. */
const CHARS_PER_ENTRY = 24;

/** How much text of images a report still holds. What finds no room is left out and counted; our own words always find it. */
export class Room {
  #left = MAX_REPORT_CHARS;
  #leftOut = 0;

  /** What was left out so far. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** A text, or its beginning. */
  text(text: string): string {
    const cut = shorten(text, MAX_TEXT_CHARS);
    if (this.#takes(cut)) return cut;
    this.#leftOut += 1;
    return shorten(text, 200);
  }

  /** Whether a value of plain data still fits; what does not is left out by the caller. */
  fits(value: unknown): boolean {
    return this.#takes(JSON.stringify(value));
  }

  list<T>(items: readonly T[]): T[] {
    const taken = items.slice(0, MAX_ENTRIES).filter((item) => this.#takes(JSON.stringify(item)));
    this.#leftOut += items.length - taken.length;
    return taken;
  }

  map(entries: ReadonlyMap<string, string>): Record<string, string> {
    const taken: [string, string][] = [];
    for (const [key, value] of entries) {
      if (taken.length === MAX_ENTRIES) break;
      const cut = shorten(value, MAX_TEXT_CHARS);
      if (this.#takes(key + cut)) taken.push([key, cut]);
      else break;
    }
    this.#leftOut += entries.size - taken.length;
    return Object.fromEntries(taken);
  }

  /** Counted as it will stand there: one character may become six. Full is full: nothing is tried behind what did not fit. */
  #takes(text: string): boolean {
    const chars = text.length > this.#left ? text.length : inertLines(JSON.stringify(text)).length;
    const fits = chars + CHARS_PER_ENTRY <= this.#left;
    this.#left = fits ? this.#left - chars - CHARS_PER_ENTRY : 0;
    return fits;
  }
}
