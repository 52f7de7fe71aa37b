import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { AssertImageError, toAssertImageError } from '../../base/errors.ts';
import { type BundleList, type LoadBundle, MAX_BUNDLES } from '../../image/bundles.ts';
import type { Digest } from '../../reference/digest.ts';
import { type Accepted, examineBundle, type Measure, type One, type Refused } from './examine-bundle.ts';

/** Somewhere that signed statements are kept. */
export interface Place {
  /** For messages. */
  readonly name: string;
  /** @throws AssertImageError where it did not let us look */
  find(digest: Digest): Promise<BundleList>;
}

/** What all places have about one digest. */
export interface Examined {
  readonly accepted: readonly Accepted[];
  readonly refused: readonly Refused[];
  /** Why a place, or a part of what it has, could not be read. */
  readonly problems: readonly AssertImageError[];
  /** Where it was looked. */
  readonly places: readonly string[];
}

/** By what is examined. */
export interface Examination extends Measure {
  readonly places: readonly Place[];
  /** Whether one is enough, so that nothing else need be waited for; known once the image is read. */
  readonly suits: Promise<(accepted: Accepted, digest: Digest) => boolean>;
}

const AT_ONCE = 4;
/** Once one is enough, other places have this long to say what they have. */
const GRACE_MS = 2_000;

/** Asks all places at once, and judges what each has as it comes. Never throws. */
export function examine(digest: Digest, examination: Examination): Promise<Examined> {
  return new Search(digest, examination).run();
}

/** One digest in all places. */
class Search {
  readonly #digest: Digest;
  readonly #by: Examination;
  readonly #accepted: Accepted[] = [];
  readonly #refused: Refused[] = [];
  readonly #problems: AssertImageError[] = [];
  readonly #places: string[] = [];
  readonly #seen = new Set<string>();
  readonly #pending: Set<Place>;
  #satisfy: () => void = () => {};
  readonly #satisfied = new Promise<void>((resolve) => (this.#satisfy = resolve));

  constructor(digest: Digest, by: Examination) {
    this.#digest = digest;
    this.#by = by;
    this.#pending = new Set(by.places);
  }

  async run(): Promise<Examined> {
    await Promise.race([this.#all(), this.#satisfied.then(() => this.#grace())]);
    const unanswered = [...this.#pending].map(
      ({ name }) => new AssertImageError('timeout', `${name} did not answer in time about the provenance.`),
    );
    return {
      accepted: [...this.#accepted],
      refused: [...this.#refused],
      problems: [...this.#problems, ...unanswered],
      places: [...this.#places],
    };
  }

  async #grace(): Promise<void> {
    await sleep(Math.max(0, Math.min(GRACE_MS, this.#by.deadline.msLeft() / 4)));
  }

  /** What costs a request elsewhere is left alone, unless nothing else is enough. */
  async #all(): Promise<void> {
    const later = await Promise.all(this.#by.places.map((place) => this.#ask(place)));
    if (later.some(({ loads }) => loads.length > 0) && !(await this.#isEnough()))
      await Promise.all(later.map(({ loads, place }) => this.#examineAll(loads, place)));
  }

  /** What one place has at hand, judged; and what it has elsewhere. */
  async #ask(place: Place): Promise<{ readonly loads: readonly LoadBundle[]; readonly place: string }> {
    let list: BundleList;
    try {
      list = await this.#by.deadline.race(place.find(this.#digest));
    } catch (error) {
      this.#pending.delete(place);
      this.#problems.push(toAssertImageError(error));
      return { loads: [], place: '' };
    }
    this.#places.push(list.place);
    await this.#examineAll(list.bundles, list.place);
    if (list.isCut)
      this.#problems.push(
        new AssertImageError(
          'too-large',
          `there are more attestations ${list.place} than the ${MAX_BUNDLES} that are read.`,
        ),
      );
    this.#pending.delete(place);
    return { loads: list.later, place: list.place };
  }

  async #examineAll(loads: readonly LoadBundle[], place: string): Promise<void> {
    const examineOne = async (load: LoadBundle): Promise<void> =>
      this.#take(await examineBundle({ load, place, digest: this.#digest, seen: this.#seen }, this.#by));
    await pMap(loads, examineOne, { concurrency: AT_ONCE });
  }

  async #take(one: One | null): Promise<void> {
    if (one === null) return;
    if (one instanceof AssertImageError) return void this.#problems.push(one);
    if (!('attestation' in one)) return void this.#refused.push(one);
    this.#accepted.push(one);
    // Not waited for: the image may still be on its way.
    void this.#isEnough().then(
      (isEnough) => isEnough && this.#satisfy(),
      () => {},
    );
  }

  async #isEnough(): Promise<boolean> {
    if (this.#accepted.length === 0) return false;
    const suits = await this.#by.suits;
    return this.#accepted.some((accepted) => suits(accepted, this.#digest));
  }
}
