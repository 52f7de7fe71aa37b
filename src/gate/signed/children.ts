import pMap from 'p-map';
import type { Image } from '../../image/image.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Examined } from './examination.ts';
import type { Accepted } from './examine-bundle.ts';

const AT_ONCE = 4;
/** So few are asked about together: two platforms are what most indexes have. */
const FEW = 4;

/** By manifest, what is signed by one signer about one commit. */
type Group = ReadonlyMap<Digest, readonly Accepted[]>;

/** What was found about the manifests of an index. */
export interface Children {
  /** One for each signer and commit that all manifests have in common. */
  readonly groups: readonly Group[];
  /** Why they do not count together; empty where they do, and where none is signed. */
  readonly message: string;
  readonly rest: Pick<Examined, 'refused' | 'problems'>;
}

/**
 * Each manifest that a runtime could choose needs an attestation of its own, checked or not: the output pins the index.
 * Of many the first is asked about alone, for mostly none is signed. Null where there is no index.
 */
export async function findChildren(
  { index, digest }: Image,
  examine: (digest: Digest) => Promise<Examined>,
): Promise<Children | null> {
  const manifests = [...new Set(index?.manifests ?? [])].filter((manifest) => manifest !== digest);
  if (manifests.length === 0) return null;
  const found = new Map<Digest, Examined>();
  const ask = async (manifest: Digest): Promise<void> => void found.set(manifest, await examine(manifest));
  const isSigned = (manifest: Digest): boolean => (found.get(manifest)?.accepted.length ?? 0) > 0;
  const [first, ...others] = manifests as [Digest, ...Digest[]];
  if (manifests.length > FEW) await ask(first);
  if (manifests.length <= FEW || isSigned(first))
    await pMap(manifests.length <= FEW ? manifests : others, ask, { concurrency: AT_ONCE });
  const all = manifests.flatMap((manifest) => found.get(manifest) ?? []);
  const rest = { problems: all.flatMap(({ problems }) => problems), refused: all.flatMap(({ refused }) => refused) };
  const unsigned = manifests.filter((manifest) => !isSigned(manifest));
  if (unsigned.length === manifests.length) return { groups: [], message: '', rest };
  if (unsigned.length > 0) {
    const message = `${manifests.length - unsigned.length} of the ${manifests.length} manifests of the index are signed, and the output pins all of them: not signed ${unsigned.length === 1 ? 'is' : 'are'} ${unsigned.join(', ')}.`;
    return { groups: [], message, rest };
  }
  const ofFirst = found.get(first)?.accepted ?? [];
  const common = ofFirst.filter((one) => all.every(({ accepted }) => accepted.some(alikeTo(one))));
  const distinct = common.filter((one, at) => common.findIndex(alikeTo(one)) === at);
  const groups = distinct.map(
    (one) => new Map(manifests.map((manifest) => [manifest, found.get(manifest)?.accepted.filter(alikeTo(one)) ?? []])),
  );
  const differ = 'the platforms are signed for different commits, or by different workflows.';
  return { groups, message: groups.length === 0 ? differ : '', rest };
}

/** The first group in which every manifest has one that holds, or else one that is consistent, or else the first. */
export function bestOf(
  groups: readonly Group[],
  isConsistent: (one: Accepted) => boolean,
  holds: (one: Accepted, digest: Digest) => boolean,
): Group | undefined {
  const every = (group: Group, is: typeof holds): boolean =>
    [...group].every(([digest, accepted]) => accepted.some((one) => is(one, digest)));
  return (
    groups.find((group) => every(group, (one, digest) => isConsistent(one) && holds(one, digest))) ??
    groups.find((group) => every(group, isConsistent)) ??
    groups[0]
  );
}

function alikeTo({ attestation: a }: Accepted): (other: Accepted) => boolean {
  return ({ attestation: b }) => a.identity.signer === b.identity.signer && a.identity.revision === b.identity.revision;
}
