import pMap from 'p-map';
import type { Image } from '../../image/image.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Examined } from './examine.ts';
import type { Accepted } from './examine-bundle.ts';

const AT_ONCE = 4;
/** So few are asked about together: two platforms are what most indexes have. */
const FEW = 4;

/** What was found about the manifests of an index. */
export interface Children {
  /** By manifest: those of one signer and one commit, the same for all. Empty where there is no such signer and commit. */
  readonly alike: ReadonlyMap<Digest, readonly Accepted[]>;
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
  const all = [...found.values()];
  const rest = { problems: all.flatMap(({ problems }) => problems), refused: all.flatMap(({ refused }) => refused) };
  const unsigned = manifests.filter((manifest) => !isSigned(manifest));
  if (unsigned.length === manifests.length) return { alike: new Map(), message: '', rest };
  if (unsigned.length > 0) {
    const message = `${manifests.length - unsigned.length} of the ${manifests.length} manifests of the index are signed, and the output pins all of them: not signed ${unsigned.length === 1 ? 'is' : 'are'} ${unsigned.join(', ')}.`;
    return { alike: new Map(), message, rest };
  }
  const common = found.get(first)?.accepted.find((one) => all.every(({ accepted }) => accepted.some(alikeTo(one))));
  if (common === undefined)
    return {
      alike: new Map(),
      message: 'the platforms are signed for different commits, or by different workflows.',
      rest,
    };
  const alike = manifests.map(
    (manifest) => [manifest, found.get(manifest)?.accepted.filter(alikeTo(common)) ?? []] as const,
  );
  return { alike: new Map(alike), message: '', rest };
}

function alikeTo({ attestation: a }: Accepted): (other: Accepted) => boolean {
  return ({ attestation: b }) => a.identity.signer === b.identity.signer && a.identity.revision === b.identity.revision;
}
