import type { Deadline } from '../../base/deadline.ts';
import { toAssertImageError } from '../../base/errors.ts';
import { contradictionOf, type Contradiction } from '../../expectations/provenance/contradiction.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import type { RevisionPlace } from '../../expectations/revision/stated.ts';
import type { RoundBudget } from '../../base/budget.ts';
import type { Image } from '../../image/image.ts';
import { HOW_TO_SIGN } from '../../provenance/identity.ts';
import type { DatedRoots } from '../../provenance/public-root.ts';
import type { Digest } from '../../reference/digest.ts';
import { bestOf, findChildren } from './children.ts';
import type { Examined, Place } from './examination.ts';
import { examine } from './examine.ts';
import type { Accepted } from './examine-bundle.ts';
import { failing, passing, type Telling, unknown } from './findings.ts';

/** What signatures are looked for with; the same for every image of a run. */
export interface SignatureSettings extends Telling {
  /** Where the image states its own revision. */
  readonly revisionFrom: readonly RevisionPlace[];
  readonly roots: Promise<DatedRoots>;
  readonly budget: RoundBudget;
}

/** Where one image's are looked for, and until when. */
export interface Means {
  readonly places: readonly Place[];
  readonly deadline: Deadline;
  /** A sentence on what else was found, for one that has no signed provenance; empty where nothing was. Never throws. */
  readonly remark: (digest: Digest, image: Image) => Promise<string>;
}

/** Whether every expression about provenance holds by one attestation, on the platforms of a digest. */
export type Holds = (accepted: Accepted, digest: Digest) => boolean;

/** What one image has, by what it says itself and by what expressions ask. */
interface Judged {
  readonly image: Image;
  readonly holds: Holds;
}

/** The signed provenance of one image: looked for as soon as its digest is known, while the rest of it is read. */
export class Signatures {
  readonly #settings: SignatureSettings;
  readonly #means: Means;
  readonly #suits: Promise<Holds>;
  #resolve: (suits: Holds) => void = () => {};
  #begun: Promise<Examined> | null = null;

  constructor(settings: SignatureSettings, means: Means) {
    this.#settings = settings;
    this.#means = means;
    this.#suits = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Begins to look. */
  begin(digest: Digest): void {
    if (this.#begun !== null) return;
    this.#begun = this.#examine(digest);
    // It is waited for by `judge`; until then a failure is not unhandled.
    this.#begun.catch(() => {});
  }

  /** What the image has, judged. Never throws. */
  async judge(image: Image, holds: Holds): Promise<Finding> {
    // Each is judged once: an expression takes time, and is asked again with every answer.
    const known = new Map<Accepted, boolean>();
    const once: Holds = (accepted, digest) => {
      const held = known.get(accepted) ?? holds(accepted, digest);
      known.set(accepted, held);
      return held;
    };
    this.#resolve((accepted, digest) => this.#contradiction(accepted, image) === null && once(accepted, digest));
    this.begin(image.digest);
    try {
      const { date, notices } = await this.#means.deadline.race(this.#settings.roots);
      const own = await (this.#begun as Promise<Examined>);
      const judged = { image, holds: once };
      const ofImage = new Map([[image.digest, own.accepted]]);
      const isSigned = own.accepted.length > 0;
      const finding = isSigned ? this.#accept(ofImage, own, judged) : await this.#without(own, judged);
      return { ...finding, rootDate: date, notices: [...notices, ...finding.notices] };
    } catch (error) {
      return unknown([toAssertImageError(error)], this.#settings);
    }
  }

  #examine(digest: Digest): Promise<Examined> {
    const { roots, expected, budget } = this.#settings;
    const known = roots.then((dated) => dated.roots);
    known.catch(() => {});
    return examine(digest, { ...this.#means, expected, budget, roots: known, suits: this.#suits });
  }

  #contradiction({ attestation }: Accepted, image: Image): Contradiction | null {
    const { revisionFrom, redact } = this.#settings;
    return contradictionOf(attestation.identity.revision ?? '', revisionFrom, image, redact);
  }

  /** Some count by themselves, about the image or about each of its manifests; the image must not say otherwise. */
  #accept(byDigest: ReadonlyMap<Digest, readonly Accepted[]>, examined: Examined, { image, holds }: Judged): Finding {
    const chosen = new Map<Digest, Accepted>();
    let isOpen = false;
    for (const [digest, accepted] of byDigest) {
      const consistent = accepted.filter((one) => this.#contradiction(one, image) === null);
      const [first] = consistent;
      if (first === undefined) return this.#contradicted(accepted[0] as Accepted, examined, image);
      const best = consistent.find((one) => holds(one, digest));
      isOpen ||= best === undefined;
      chosen.set(digest, best ?? first);
    }
    // Another one may hold what expressions ask, and could not be read.
    if (isOpen && examined.problems.length > 0) return unknown(examined.problems, this.#settings, examined.refused);
    return passing(chosen, examined, this.#settings);
  }

  #contradicted(accepted: Accepted, examined: Examined, image: Image): Finding {
    if (examined.problems.length > 0) return unknown(examined.problems, this.#settings, examined.refused);
    return failing(this.#contradiction(accepted, image) as Contradiction, examined, this.#settings);
  }

  /** None about the digest itself: then each manifest of the index needs one, checked or not. */
  async #without(own: Examined, judged: Judged): Promise<Finding> {
    const children = await findChildren(judged.image, (digest) => this.#examine(digest));
    const problems = [...own.problems, ...(children?.rest.problems ?? [])];
    const refused = [...own.refused, ...(children?.rest.refused ?? [])];
    const all = { ...own, problems, refused };
    const isConsistent = (one: Accepted): boolean => this.#contradiction(one, judged.image) === null;
    const group = children && bestOf(children.groups, isConsistent, judged.holds);
    if (group) return this.#accept(group, all, judged);
    if (problems.length > 0) return unknown(problems, this.#settings, refused);
    if (children && children.message !== '')
      return failing({ platform: null, actual: null, message: children.message }, all, this.#settings);
    const [nearest] = refused.toSorted((a, b) => b.met - a.met);
    return nearest ? failing({ platform: null, ...nearest }, all, this.#settings) : this.#none(own, judged.image);
  }

  async #none(own: Examined, image: Image): Promise<Finding> {
    const remark = await this.#means.remark(image.digest, image);
    const places = own.places.map((place) => `none ${place}`).join(', ');
    const message = `no signed provenance for ${image.digest}: ${places}.`;
    const hint = `${remark}Let the build run ${HOW_TO_SIGN}.`;
    return failing({ platform: null, actual: null, message, hint }, own, this.#settings);
  }
}
