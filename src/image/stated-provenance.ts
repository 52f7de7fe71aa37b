/** What a builder wrote beside one platform about how it was built. Unsigned: worth as much as a label. */
export interface ProvenanceFacts {
  readonly predicateType: string;
  readonly buildType: string;
  /** Who built it, by its own words; empty where it does not say. */
  readonly builder: string;
  /** As it stands: it may end in `-dirty`. Null where it names no commit. */
  readonly revision: string | null;
  /** The address of the repository, as it stands; null where it names none. */
  readonly source: string | null;
  /** Usually the path of the Dockerfile; null where it names none. */
  readonly entryPoint: string | null;
}

/** What was found beside one platform. */
export type StatedProvenance =
  | { readonly kind: 'stated'; readonly facts: ProvenanceFacts }
  /** Nothing that could be used, and why, as a clause. */
  | { readonly kind: 'none'; readonly reason: string }
  /** It is about other images. */
  | { readonly kind: 'foreign'; readonly subjects: readonly string[] };
