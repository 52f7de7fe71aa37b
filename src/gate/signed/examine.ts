import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { ImageBudget } from '../../base/budget.ts';
import { AssertImageError, toAssertImageError } from '../../base/errors.ts';
import { type BundleList, type LoadBundle, MAX_BUNDLES } from '../../image/bundles.ts';
import type { Digest } from '../../reference/digest.ts';
import { type Accepted, examineBundle, type One } from './examine-bundle.ts';
import type { Examination, Examined, Place } from './examination.ts';

const AT_ONCE = 4;
/** Once one is enough, other places have this long to say what they have. */
const GRACE_MS = 2_000;

/** Asks all places at once, and judges what each has as it comes. */
export function examine(digest: Digest, examination: Examination): Promise<Examined> {
  return new Search(digest, examination).run();
}

/** What one place said so far. */
interface Answers {
  readonly name: string;
  list: BundleList | null;
  /** By their place in the list. */
  readonly ones: (One | null)[];
  readonly problems: AssertImageError[];
  isDone: boolean;
}

/** One digest in all places. */
class Search {
  readonly #digest: Digest;
  readonly #by: Examination;
  readonly #answers: readonly Answers[];
  /** Of this search, so that a list and its bundles do not wait for each other. */
  readonly #budget: ImageBudget;
  readonly #seen = new Set<string>();
  #satisfy: () => void = () => {};
  readonly #satisfied = new Promise<void>((resolve) => (this.#satisfy = resolve));

  constructor(digest: Digest, by: Examination) {
    this.#digest = digest;
    this.#by = by;
    this.#budget = by.budget.image();
    by.deadline.signal.addEventListener('abort', () => this.#budget.close(), { once: true });
    this.#answers = by.places.map(({ name }) => ({ name, list: null, ones: [], problems: [], isDone: false }));
  }

  async run(): Promise<Examined> {
    try {
      await Promise.race([this.#all(), this.#satisfied.then(() => this.#grace())]);
    } finally {
      this.#budget.close();
    }
    const ones = this.#answers.flatMap((answers) => answers.ones).filter((one) => one !== null && one !== undefined);
    const unanswered = this.#answers.flatMap(({ name, isDone }) =>
      isDone ? [] : [new AssertImageError('timeout', `${name} did not answer in time about the provenance.`)],
    );
    return {
      accepted: ones.filter((one) => 'attestation' in one),
      refused: ones.filter((one) => 'met' in one),
      problems: [
        ...this.#answers.flatMap(({ problems }) => problems),
        ...ones.filter((one) => one instanceof AssertImageError),
        ...unanswered,
      ],
      places: this.#answers.flatMap(({ list }) => (list === null ? [] : [list.place])),
    };
  }

  async #grace(): Promise<void> {
    await sleep(Math.max(0, Math.min(GRACE_MS, this.#by.deadline.msLeft() / 4)));
  }

  /** What costs a request elsewhere is left alone, unless nothing else is enough; for that a place that is slow is not waited for. */
  async #all(): Promise<void> {
    const asked = Promise.all(this.#answers.map((answers, at) => this.#ask(answers, this.#by.places[at] as Place)));
    await Promise.race([asked, this.#grace()]);
    await this.#examineLater();
    await asked;
    await this.#examineLater();
  }

  async #ask(answers: Answers, place: Place): Promise<void> {
    try {
      const list = await this.#by.deadline.race(place.find(this.#digest, this.#budget));
      answers.list = list;
      if (list.isCut) answers.problems.push(cutError(list));
      await this.#examineAll(list.bundles, answers, 0);
    } catch (error) {
      answers.problems.push(toAssertImageError(error));
    }
    answers.isDone = true;
  }

  async #examineLater(): Promise<void> {
    const open = this.#answers.filter(
      ({ list, ones, isDone }) => isDone && list && ones.length < list.bundles.length + list.later.length,
    );
    if (open.length === 0 || (await this.#isEnough())) return;
    await Promise.all(open.map((answers) => this.#examineAll(answers.list?.later ?? [], answers, answers.ones.length)));
  }

  /** @param from where the first of them stands among all of this place */
  async #examineAll(loads: readonly LoadBundle[], answers: Answers, from: number): Promise<void> {
    const place = answers.list?.place ?? answers.name;
    const examineOne = async (load: LoadBundle, at: number): Promise<void> => {
      const found = { load, place, digest: this.#digest, seen: this.#seen };
      answers.ones[from + at] = await examineBundle(found, { ...this.#by, budget: this.#budget });
      // Not waited for: whether one is enough is known once the image is read.
      if (this.#mayStop)
        void this.#isEnough().then(
          (isEnough) => isEnough && this.#satisfy(),
          () => {},
        );
    };
    await pMap(loads, examineOne, { concurrency: AT_ONCE });
  }

  /** Where any commit will do, what comes later may be of another one: then all is waited for. */
  get #mayStop(): boolean {
    return this.#by.expected.revision !== null;
  }

  async #isEnough(): Promise<boolean> {
    const accepted = this.#answers.flatMap(({ ones }) =>
      ones.filter((one) => one && 'attestation' in one),
    ) as Accepted[];
    if (accepted.length === 0) return false;
    const suits = await this.#by.suits;
    return accepted.some((one) => suits(one, this.#digest));
  }
}

function cutError({ place }: BundleList): AssertImageError {
  return new AssertImageError(
    'too-large',
    `there are more attestations ${place} than the ${MAX_BUNDLES} that are read.`,
  );
}
