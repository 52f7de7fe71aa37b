import type { ImageBudget } from '../base/budget.ts';
import type { Deadline } from '../base/deadline.ts';
import type { Source } from '../image/source.ts';
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

/** What a reference is read from. Layouts are loaded only where there is one. */
export async function sourceOf(reference: Reference, { registries, deadline, mode, budget }: Means): Promise<Source> {
  if (reference.layout === undefined) return registries.repository(reference).within(deadline, mode);
  const { Layout } = await import('../layout/layout.ts');
  return new Layout(reference.layout, () => budget.waitForTurn()).within(deadline);
}
