import type { ImageBudget } from '../base/budget.ts';
import type { Deadline } from '../base/deadline.ts';
import type { Source } from '../image/source.ts';
import type { Digest } from '../reference/digest.ts';
import type { Reference } from '../reference/reference.ts';
import type { Registries } from '../registry/registries.ts';
import type { ReadMode } from '../registry/repository.ts';

/** What one look reads with. */
export interface Means {
  readonly registries: Registries;
  readonly deadline: Deadline;
  readonly mode: ReadMode;
  readonly budget: ImageBudget;
}

/** The same source, which tells the digest of the first document that is read from it. */
export function announcing(source: Source, tell: (digest: Digest) => void): Source {
  let isTold = false;
  return {
    ...source,
    async manifest(tagOrDigest, size) {
      const document = await source.manifest(tagOrDigest, size);
      if (!isTold) tell(document.digest);
      isTold = true;
      return document;
    },
  };
}

/** What a reference is read from. Layouts are loaded only where there is one. */
export async function sourceOf(reference: Reference, { registries, deadline, mode, budget }: Means): Promise<Source> {
  if (reference.layout === undefined) return registries.repository(reference).within(deadline, mode);
  const { Layout } = await import('../layout/layout.ts');
  return new Layout(reference.layout, () => budget.waitForTurn()).within(deadline);
}
