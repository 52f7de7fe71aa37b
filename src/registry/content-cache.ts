import { AssertImageError } from '../base/errors.ts';

/** Enough for the distinct images of a thousand tags; what was dropped is fetched again. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

function isGivenUp(error: unknown): boolean {
  return error instanceof AssertImageError && error.code === 'timeout';
}

/**
 * Content by repository and digest, fetched once per run. The oldest is dropped where a
 * registry sends more than real images have: a run that waits may look for a day.
 */
export class ContentCache<T> {
  readonly #entries = new Map<string, { readonly content: Promise<T>; bytes: number }>();
  readonly #sizeOf: (content: T) => number;
  #bytes = 0;

  constructor(sizeOf: (content: T) => number) {
    this.#sizeOf = sizeOf;
  }

  /** Whether it is here, or on its way. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Keeps what was got in another way. */
  keep(key: string, content: T): T {
    if (!this.#entries.has(key)) void this.get(key, async () => content);
    return content;
  }

  /** The content of a key, made once; a failure is forgotten, so that a later look may try again. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    // The look that started the fetch may have timed out. That says nothing about the content.
    if (known)
      return known.content.catch((error: unknown) =>
        isGivenUp(error) ? this.get(key, make) : Promise.reject(error as Error),
      );
    const entry = { content: make(), bytes: 0 };
    this.#entries.set(key, entry);
    entry.content.then(
      (content) => {
        entry.bytes = this.#sizeOf(content);
        this.#bytes += entry.bytes;
        this.#dropOldest();
      },
      () => this.#entries.delete(key),
    );
    return entry.content;
  }

  #dropOldest(): void {
    for (const [key, { bytes }] of this.#entries) {
      if (this.#bytes <= MAX_KEPT_BYTES) return;
      // What is still on its way has no bytes yet, and is waited for.
      if (bytes === 0) continue;
      this.#entries.delete(key);
      this.#bytes -= bytes;
    }
  }
}
