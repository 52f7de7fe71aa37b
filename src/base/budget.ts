import { AssertImageError } from './errors.ts';
import { LargeTurns, type Queue } from './large-turns.ts';
import { Turns } from './turns.ts';

/** What one image may take while it is read: a hundred platforms have some megabytes, and two configs of 8 MiB fit. */
const MAX_IMAGE_BYTES = 16 * 1024 * 1024;
/** Each image may take this much while others are read. An image that needs more waits for its turn. */
export const SMALL_BYTES = 2 * 1024 * 1024;
/** The same for each part of an image, of which many are read at once. Real bundles have some 35 kB. */
export const SMALL_PART_BYTES = 256 * 1024;
/** What all images of a round may keep between them: labels and checks, until the report is written. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Each image may always keep this much. With very many images, the share is smaller. */
const SMALL_KEPT_BYTES = 32 * 1024;
const ALL_SMALL_KEPT_BYTES = 12 * 1024 * 1024;
/** Memory that V8 uses per JSON value, even for a value of two characters. */
export const BYTES_PER_VALUE = 64;
const MIB = 1024 * 1024;

/** The memory budget of one round. Each image gets its own share. */
export class RoundBudget {
  readonly #large = new LargeTurns();
  #keptBytes = 0;
  #images = 0;
  readonly #maxKeptBytes: number;

  /** @param rounds how many rounds keep results at the same time */
  constructor(rounds = 1) {
    this.#maxKeptBytes = MAX_KEPT_BYTES / rounds;
  }

  /** Announces that many more images. */
  expect(images: number): void {
    this.#images += images;
  }

  image(): ImageBudget {
    return new ImageBudget(this.#large, (bytes) => this.#keep(bytes));
  }

  #keep(bytes: number): boolean {
    if (bytes <= Math.min(SMALL_KEPT_BYTES, ALL_SMALL_KEPT_BYTES / Math.max(this.#images, 1))) return true;
    if (this.#keptBytes + bytes > this.#maxKeptBytes) return false;
    this.#keptBytes += bytes;
    return true;
  }
}

/**
 * The memory budget of one image. Bytes are reserved before anything is read, so a false size in a descriptor counts
 * too. Images wait for each other but never use up each other's budget (docs/decisions/0010-budgets.md).
 */
export class ImageBudget {
  #taken = 0;
  #isOver = false;
  #turn: Promise<void> | null = null;
  #endTurn: (() => void) | null = null;
  readonly #large: Queue;
  /** Made by the first part that needs it. */
  #parts: LargeTurns | null = null;
  readonly #waiting = new Turns(1);
  readonly #keep: (bytes: number) => boolean;
  readonly #smallBytes: number;

  constructor(large: Queue, keep: (bytes: number) => boolean, smallBytes = SMALL_BYTES) {
    this.#large = large;
    this.#keep = keep;
    this.#smallBytes = smallBytes;
  }

  /**
   * A share for one part of it, beside its own. Where the whole has the turn, or waits for it, its large parts have it,
   * too, one after the other: two images that waited for each other's parts would wait for ever.
   */
  part(): ImageBudget {
    return new ImageBudget({ take: () => this.#takeForPart() }, this.#keep, SMALL_PART_BYTES);
  }

  async #takeForPart(): Promise<() => void> {
    // One of them at a time waits among all images, so that several that stall do not take the turns of all.
    if (this.#turn === null) await this.#waiting.take();
    else return this.#takeOfWhole();
    if (this.#turn === null && !this.#isOver) {
      const end = await this.#large.take();
      return () => {
        end();
        this.#waiting.giveBack();
      };
    }
    this.#waiting.giveBack();
    return this.#takeOfWhole();
  }

  async #takeOfWhole(): Promise<() => void> {
    await this.waitForTurn();
    return (this.#parts ??= new LargeTurns()).take();
  }

  /** Settles once that many more bytes fit. @throws AssertImageError `too-large` where this image has had its share */
  async takeBytes(bytes: number): Promise<void> {
    this.#taken += bytes;
    if (this.#taken > MAX_IMAGE_BYTES) {
      throw new AssertImageError(
        'too-large',
        `the image has more than ${MAX_IMAGE_BYTES / MIB} MiB of manifests and configs; no more are read.`,
        { hint: 'Each of their values counts for 64 bytes more. Narrow platforms, or check in several steps.' },
      );
    }
    if (this.#taken > this.#smallBytes) await this.waitForTurn();
  }

  /** @throws AssertImageError `too-large` */
  takeValues({ values }: { readonly values: number }): Promise<void> {
    return this.takeBytes(values * BYTES_PER_VALUE);
  }

  /** Settles when no other image is large. @throws AssertImageError `unavailable` where this one is done by then */
  async waitForTurn(): Promise<void> {
    if (!this.#isOver)
      await (this.#turn ??= this.#large.take().then((end) => {
        this.#endTurn = end;
        if (this.#isOver) end();
      }));
    // Its waiters must not continue while the next image has the turn.
    if (this.#isOver) throw new AssertImageError('unavailable', 'the image was waited for no longer.');
  }

  /** Reserves room for what is kept of the image. Returns false if there is none. */
  tryKeep(bytes: number): boolean {
    return this.#keep(bytes);
  }

  /** @throws AssertImageError `too-large` where all images together have kept too much */
  keep(bytes: number): void {
    if (this.tryKeep(bytes)) return;
    throw new AssertImageError(
      'too-large',
      `all these images together have more than ${MAX_KEPT_BYTES / MIB} MiB to tell; no more are kept.`,
      { hint: 'Narrow the pattern or platforms, or check in several steps.' },
    );
  }

  /** The image is done, checked or not. The next large image gets its turn. */
  close(): void {
    if (!this.#isOver) this.#endTurn?.();
    this.#isOver = true;
  }
}
