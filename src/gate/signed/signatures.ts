import type { Deadline } from '../../base/deadline.ts';
import { toAssertImageError } from '../../base/errors.ts';
import { contradictionOf } from '../../expectations/provenance/contradiction.ts';
import { noticesOn } from '../../expectations/provenance/conditions.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import type { ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { RevisionPlace } from '../../expectations/revision/stated.ts';
import type { Image } from '../../image/image.ts';
import { HOW_TO_SIGN } from '../../provenance/identity.ts';
import type { DatedRoots } from '../../provenance/public-root.ts';
import type { Digest } from '../../reference/digest.ts';
import { examine, type Examined, type Place } from './examine.ts';
import type { Choose } from './examine-bundle.ts';
import { findChildren } from './children.ts';
import { failing, passing, unknown } from './findings.ts';

/** What signatures are looked for with; the same for every image of a run. */
export interface SignatureSettings {
  readonly expected: ProvenanceExpectation;
  /** Where the image states its own revision. */
  readonly revisionFrom: readonly RevisionPlace[];
  readonly roots: Promise<DatedRoots>;
  readonly redact: (text: string) => string;
}

/** Where one image's are looked for, and until when. */
export interface Search {
  readonly places: readonly Place[];
  readonly deadline: Deadline;
  /** A sentence on what else was found, for one that has no signed provenance; empty where nothing was. */
  readonly remark: (digest: Digest, image: Image) => Promise<string>;
}

/** The signed provenance of one image: looked for as soon as its digest is known, while the rest of it is read. */
export class Signatures {
  readonly #settings: SignatureSettings;
  readonly #search: Search;
  #begun: Promise<Examined> | null = null;

  constructor(settings: SignatureSettings, search: Search) {
    this.#settings = settings;
    this.#search = search;
  }

  /** Begins to look. */
  begin(digest: Digest): void {
    if (this.#begun !== null) return;
    this.#begun = this.#examine(digest);
    // It is waited for by `judge`; until then a failure is not unhandled.
    this.#begun.catch(() => {});
  }

  /** What the image has, judged. Never throws but for variables of the image that can be read in two ways. */
  async judge(image: Image, choose: Choose): Promise<Finding> {
    const { digest } = image;
    this.begin(digest);
    try {
      const { date, notices } = await this.#settings.roots;
      const own = await (this.#begun as Promise<Examined>);
      const finding =
        own.accepted.length > 0 ? this.#accept(own, image, choose) : await this.#without(own, image, choose);
      return { ...finding, rootDate: date, notices: [...notices, ...finding.notices] };
    } catch (error) {
      return unknown(toAssertImageError(error), this.#settings.expected);
    }
  }

  async #examine(digest: Digest): Promise<Examined> {
    const { roots } = await this.#settings.roots;
    return examine(digest, { ...this.#search, expected: this.#settings.expected, roots });
  }

  /** Some count by themselves; the image must not say otherwise. */
  #accept(examined: Examined, image: Image, choose: Choose): Finding {
    const { revisionFrom, redact, expected } = this.#settings;
    const contradicted = examined.accepted.map((accepted) => ({
      accepted,
      contradiction: contradictionOf(accepted.attestation.identity.revision ?? '', revisionFrom, image, redact),
    }));
    const consistent = contradicted
      .filter(({ contradiction }) => contradiction === null)
      .map(({ accepted }) => accepted);
    const [nearest] = contradicted;
    if (consistent.length === 0 && nearest?.contradiction) {
      return failing(nearest.contradiction, examined, expected);
    }
    const chosen = choose(consistent);
    const { identity } = chosen.attestation;
    return passing(chosen, [...problemNotices(examined), ...noticesOn(identity)], examined, expected);
  }

  /** None about the digest itself: then each manifest of the index needs one, checked or not. */
  async #without(own: Examined, image: Image, choose: Choose): Promise<Finding> {
    const { expected } = this.#settings;
    const children = await findChildren(image, (digest) => this.#examine(digest));
    if (children?.kind === 'all') return this.#accept(children.examined, image, choose);
    const problem = [...own.problems, ...(children?.problems ?? [])][0];
    if (problem !== undefined) return unknown(problem, expected, [...own.refused, ...(children?.refused ?? [])]);
    if (children?.kind === 'some')
      return failing({ platform: null, actual: null, message: children.message }, own, expected);
    const refused = [...own.refused, ...(children?.refused ?? [])];
    if (refused.length === 0) return this.#none(own, image);
    const nearest = refused.toSorted((a, b) => b.met - a.met)[0] as (typeof refused)[number];
    return failing({ platform: null, ...nearest }, { ...own, refused }, expected);
  }

  async #none(own: Examined, image: Image): Promise<Finding> {
    const remark = await this.#search.remark(image.digest, image);
    const places = own.places.map((place) => `none ${place}`).join(', ');
    const message = `no signed provenance for ${image.digest}: ${places}. ${remark}Let the build run ${HOW_TO_SIGN}.`;
    return failing({ platform: null, actual: null, message }, own, this.#settings.expected);
  }
}

/** One place has one that counts, and another could not be asked. */
function problemNotices({ problems }: Examined): string[] {
  return problems.map(({ message }) => `not everywhere could be looked for signed provenance: ${message}`);
}
