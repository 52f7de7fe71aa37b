import pMap from 'p-map';
import type { Deadline } from '../../base/deadline.ts';
import { AssertImageError, toAssertImageError } from '../../base/errors.ts';
import type { ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { BundleList, LoadBundle } from '../../image/bundles.ts';
import type { TrustedRoots } from '../../provenance/trusted-root.ts';
import type { Digest } from '../../reference/digest.ts';
import { type Accepted, examineBundle, type One, type Refused } from './examine-bundle.ts';

/** Somewhere that signed statements are kept. */
export interface Place {
  /** For messages, behind "in" or "on". */
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
export interface Examination {
  readonly places: readonly Place[];
  readonly expected: ProvenanceExpectation;
  readonly roots: TrustedRoots;
  readonly deadline: Deadline;
}

const AT_ONCE = 4;
/** Once an attestation counts, other places have this long to say what they have. */
const GRACE_MS = 2_000;

/** Asks all places at once, and judges what each has as it comes. Never throws but for faults of ours. */
export async function examine(digest: Digest, examination: Examination): Promise<Examined> {
  const { places } = examination;
  const seen = new Set<string>();
  const found: (Examined | null)[] = places.map(() => null);
  let satisfy: () => void = () => {};
  const satisfied = new Promise<void>((resolve) => (satisfy = resolve));
  const all = Promise.all(
    places.map(async (place, at) => {
      found[at] = await examinePlace(place, digest, examination, seen);
      if (found[at].accepted.length > 0) satisfy();
    }),
  );
  await Promise.race([all, satisfied.then(() => patience(GRACE_MS))]);
  const results = found.map((result, at) => result ?? unanswered(places[at] as Place));
  return {
    accepted: results.flatMap(({ accepted }) => accepted),
    refused: results.flatMap(({ refused }) => refused),
    problems: results.flatMap(({ problems }) => problems),
    places: results.flatMap((result) => result.places),
  };
}

async function patience(ms: number): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  await sleep(ms, undefined, { ref: false });
}

function unanswered({ name }: Place): Examined {
  const problem = new AssertImageError('timeout', `${name} did not answer in time about the provenance.`);
  return { accepted: [], refused: [], problems: [problem], places: [] };
}

async function examinePlace(
  place: Place,
  digest: Digest,
  examination: Examination,
  seen: Set<string>,
): Promise<Examined> {
  let list: BundleList;
  try {
    list = await examination.deadline.race(place.find(digest));
  } catch (error) {
    return { accepted: [], refused: [], problems: [toAssertImageError(error)], places: [] };
  }
  const first = await examineAll(list.bundles, list, digest, { examination, seen });
  const isDone = first.some((one) => 'attestation' in one);
  const later = isDone ? [] : await examineAll(list.later, list, digest, { examination, seen });
  const all = [...first, ...later];
  const cut = list.isCut
    ? [
        new AssertImageError(
          'too-large',
          `there are more attestations ${list.place} than the ${all.length} that are read.`,
        ),
      ]
    : [];
  return {
    accepted: all.filter((one) => 'attestation' in one),
    refused: all.filter((one) => 'message' in one && 'met' in one),
    problems: [...all.filter((one) => one instanceof AssertImageError), ...cut],
    places: [list.place],
  };
}

async function examineAll(
  loads: readonly LoadBundle[],
  { place }: BundleList,
  digest: Digest,
  { examination, seen }: { readonly examination: Examination; readonly seen: Set<string> },
): Promise<One[]> {
  const by = { ...examination, place, digest, seen };
  const found = await pMap(loads, (load) => examineBundle(load, by), { concurrency: AT_ONCE });
  return found.filter((one) => one !== null);
}
