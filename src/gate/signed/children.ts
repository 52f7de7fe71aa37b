import pMap from 'p-map';
import type { Image } from '../../image/image.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Examined } from './examine.ts';
import type { Accepted } from './examine-bundle.ts';

const AT_ONCE = 4;

/** What was found about the manifests of an index. */
export type Children =
  /** Each has one, of one signer and for one commit: those of the first, which stand for all. */
  | {
      readonly kind: 'all';
      readonly examined: Examined;
      readonly problems: readonly never[];
      readonly refused: readonly never[];
    }
  /** Some are signed, and not all, or not alike. */
  | ({ readonly kind: 'some'; readonly message: string } & Pick<Examined, 'problems' | 'refused'>)
  | ({ readonly kind: 'none' } & Pick<Examined, 'problems' | 'refused'>);

/**
 * Each manifest that a runtime could choose needs an attestation of its own, checked or not: the output pins the index.
 * The first is asked about alone, for mostly none is signed. Null where there is no index.
 */
export async function findChildren(
  { index, digest }: Image,
  examine: (digest: Digest) => Promise<Examined>,
): Promise<Children | null> {
  const [first, ...others] = [...new Set(index?.manifests ?? [])].filter((manifest) => manifest !== digest);
  if (first === undefined) return null;
  const ofFirst = await examine(first);
  const { problems, refused } = ofFirst;
  if (ofFirst.accepted.length === 0) return { kind: 'none', problems, refused };
  const all = [ofFirst, ...(await pMap(others, examine, { concurrency: AT_ONCE }))];
  const unsigned = [first, ...others].filter((_, at) => all[at]?.accepted.length === 0);
  const rest = { problems: all.flatMap((each) => each.problems), refused: all.flatMap((each) => each.refused) };
  if (unsigned.length > 0) {
    const message = `${all.length - unsigned.length} of the ${all.length} manifests of the index are signed, and the output pins all of them: not signed ${unsigned.length === 1 ? 'is' : 'are'} ${unsigned.join(', ')}.`;
    return { kind: 'some', message, ...rest };
  }
  const alike = ofFirst.accepted.filter((one) =>
    all.every(({ accepted }) => accepted.some((other) => isAlike(one, other))),
  );
  if (alike.length === 0)
    return {
      kind: 'some',
      message: 'the platforms are signed for different commits, or by different workflows.',
      ...rest,
      problems: [],
    };
  return { kind: 'all', examined: { ...ofFirst, accepted: alike }, problems: [], refused: [] };
}

function isAlike({ attestation: a }: Accepted, { attestation: b }: Accepted): boolean {
  return a.identity.signer === b.identity.signer && a.identity.revision === b.identity.revision;
}
