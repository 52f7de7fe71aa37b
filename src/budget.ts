import { AssertImageError } from './errors.ts';
import type { Structure } from './json/structure.ts';

/** What one image may take while it is read: a hundred platforms have some megabytes, and two configs of 8 MiB fit. */
const MAX_IMAGE_BYTES = 16 * 1024 * 1024;
/** What all images of a round may take: of each image that was checked its labels stay, some kilobytes. */
const MAX_ROUND_BYTES = 32 * 1024 * 1024;
/** What V8 makes of a value, however few bytes it has in the text. */
export const BYTES_PER_VALUE = 64;

/**
 * How much memory of ours others may fill. It is taken before anything is read; an image gives back what it
 * does not keep. What it does not count yet: docs/decisions/0010-budgets.md.
 */
export class Budget {
  #taken = 0;
  readonly #max: number;
  readonly #what: string;
  readonly #above: Budget | null;

  private constructor(max: number, what: string, above: Budget | null) {
    this.#max = max;
    this.#what = what;
    this.#above = above;
  }

  static ofRound(): Budget {
    return new Budget(MAX_ROUND_BYTES, 'all these images together have', null);
  }

  /** For one image of the round. */
  image(): Budget {
    return new Budget(MAX_IMAGE_BYTES, 'the image has', this);
  }

  /** @throws AssertImageError `too-large` */
  takeBytes(bytes: number): void {
    if (this.#taken + bytes > this.#max) {
      const mebibytes = this.#max / 1024 / 1024;
      throw new AssertImageError(
        'too-large',
        `${this.#what} more than ${mebibytes} MiB of manifests and configs; no more are read.`,
        {
          hint: 'Each of their values counts for 64 bytes more. Narrow the pattern or platforms, or check in several steps.',
        },
      );
    }
    this.#above?.takeBytes(bytes);
    this.#taken += bytes;
  }

  /** @throws AssertImageError `too-large` */
  takeValues({ values }: Structure): void {
    this.takeBytes(values * BYTES_PER_VALUE);
  }

  /** The image was read and checked, and only so much of it is kept. */
  settle(keptBytes: number): void {
    if (this.#above) this.#above.#taken -= Math.max(this.#taken - keptBytes, 0);
    this.#taken = Math.min(this.#taken, keptBytes);
  }
}
