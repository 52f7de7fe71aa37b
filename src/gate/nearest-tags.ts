import type { Deadline } from '../base/deadline.ts';
import { reworded } from '../base/errors.ts';
import { nearestFirst, nearestNames } from '../inputs/nearest.ts';
import type { GateContext } from './context.ts';
import type { Look } from './verdict.ts';

/** Each costs a request. */
const MAX_LISTS = 3;
/** As many as the first page has. */
const MAX_TAGS = 1_000;
const MAX_NAMED = 3;

/** Adds to a missing tag what tags there are, where the registry lists them in time. */
export async function withNearestTags(
  looks: readonly Look[],
  { registries }: Pick<GateContext, 'registries'>,
  deadline: Deadline,
): Promise<readonly Look[]> {
  const missing = looks.filter(({ result, reference }) => result === 'missing' && isTag(reference)).slice(0, MAX_LISTS);
  const hints = new Map<Look, string>();
  const list = async (look: Look): Promise<void> => {
    if (look.reference === null) return;
    const tags = await tagsOf(look.reference, { registries }, deadline);
    const hint = hintOf(look.reference.tag ?? 'latest', tags);
    if (hint !== null) hints.set(look, hint);
  };
  await deadline.race(Promise.all(missing.map((look) => list(look).catch(() => {})))).catch(() => {});
  return looks.map((look) => withHint(look, hints.get(look)));
}

function isTag(reference: Look['reference']): boolean {
  return reference !== null && reference.layout === undefined && reference.digest === null;
}

/** Thrown to end a list that has told enough. */
const ENOUGH = new Error('enough');

async function tagsOf(
  reference: NonNullable<Look['reference']>,
  { registries }: Pick<GateContext, 'registries'>,
  deadline: Deadline,
): Promise<string[]> {
  const tags: string[] = [];
  const take = (name: string): void => {
    if (/^\w[\w.-]{0,127}$/.test(name) && !name.startsWith('sha256-')) tags.push(name);
    if (tags.length >= MAX_TAGS) throw ENOUGH;
  };
  await registries
    .repository(reference)
    .tags(take, deadline)
    .catch((error: unknown) => {
      if (error !== ENOUGH) throw error;
    });
  return tags;
}

function hintOf(asked: string, tags: readonly string[]): string | null {
  if (tags.length === 0) return null;
  const near = nearestNames(asked, tags).slice(0, MAX_NAMED);
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  const more = tags.length - MAX_NAMED;
  return `Its tags are ${nearestFirst(asked, tags).slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function withHint(look: Look, hint: string | undefined): Look {
  if (hint === undefined || look.error === null) return look;
  const { message, hint: own } = look.error;
  return { ...look, error: reworded(look.error, message, own === undefined ? hint : `${own} ${hint}`) };
}
