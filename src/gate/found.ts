import type { Reference } from '../reference/reference.ts';
import type { Skipped } from './verdict.ts';

/** What a pattern selects. Beyond the limit, references are only counted. */
export class Found {
  readonly references = new Map<string, Reference>();
  readonly skipped: Skipped[] = [];
  count = 0;
  readonly #maxKept: number;

  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  add(reference: Reference): void {
    const name = `${reference.repository}:${reference.tag}`;
    if (this.references.has(name)) return;
    this.count += 1;
    if (this.references.size < this.#maxKept) this.references.set(name, reference);
  }
}
