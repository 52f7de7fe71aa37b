import type { Deadline } from '../base/deadline.ts';
import { citedAll } from '../base/cited.ts';
import { reworded } from '../base/errors.ts';
import { nearestFirst, nearestNames } from '../inputs/nearest.ts';
import type { GateContext } from './context.ts';
import type { Look } from './verdict.ts';

/** Each costs a request, or a few where the registry's pages are short. */
const MAX_LISTS = 3;
/** As many names as the first page has. */
const MAX_TAGS = 1_000;
const MAX_NAMED = 3;
const MIN_EDITS = 2;

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

/** What a list told, and whether it went on. */
interface Tags {
  readonly names: readonly string[];
  readonly isCut: boolean;
}

async function tagsOf(
  reference: NonNullable<Look['reference']>,
  { registries }: Pick<GateContext, 'registries'>,
  deadline: Deadline,
): Promise<Tags> {
  const { registry } = reference;
  const names: string[] = [];
  let seen = 0;
  const take = (name: string): void => {
    seen += 1;
    const isName = /^\w[\w.-]{0,127}$/.test(name) && !name.startsWith('sha256-');
    // What a registry makes up may be a token that it gave.
    if (isName && !registries.hasSecretIn(name, registry)) names.push(name);
    if (seen >= MAX_TAGS) throw ENOUGH;
  };
  const isCut = await registries
    .repository(reference)
    .tags(take, deadline)
    .then(() => false)
    .catch((error: unknown) => {
      if (error !== ENOUGH) throw error;
      return true;
    });
  return { names, isCut };
}

function hintOf(asked: string, { names, isCut }: Tags): string | null {
  if (names.length === 0) return null;
  // A swap of two letters counts as two.
  const near = nearestNames(asked, names, MIN_EDITS).slice(0, MAX_NAMED);
  if (near.length > 0) return `Did you mean ${citedAll(near).join(' or ')}?`;
  const more = names.length - MAX_NAMED;
  const some = citedAll(nearestFirst(asked, names).slice(0, MAX_NAMED)).join(', ');
  if (isCut) return `Among its tags are ${some}.`;
  return `Its tags are ${some}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** The suggestion in place of the general hint: one question is enough. */
function withHint(look: Look, hint: string | undefined): Look {
  if (hint === undefined || look.error === null) return look;
  const { message } = look.error;
  return { ...look, error: reworded(look.error, message, hint.endsWith('?') ? hint : `Check the spelling. ${hint}`) };
}
