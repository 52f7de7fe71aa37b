import type { Check } from '../expectations/check.ts';
import { newestOf } from '../gate/newest.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';

/** One failed check, told once: every image and platform on which the same was found. */
export interface Failed {
  readonly check: Check;
  readonly places: readonly Place[];
  /** All of these images are built from another commit, which explains what else is other. */
  readonly isOfOtherCommit: boolean;
}

interface Place {
  readonly look: Look;
  /** Empty for all that were checked. */
  readonly platforms: readonly string[];
}

interface Group {
  readonly check: Check;
  readonly byLook: Map<Look, Check[]>;
}

/**
 * What failed, grouped by expectation and by what was found. With `require: any` and no match, of the newest image alone;
 * where one matches, nothing.
 */
export function failedOf({ result, looks }: Verdict, require: 'all' | 'any' = 'all'): Failed[] {
  if (result === 'pass') return [];
  const newest = require === 'any' ? newestOf(looks) : null;
  const told = newest === null ? looks : [newest];
  const ofOtherCommit = new Set(told.filter(({ checks }) => checks.some(isOtherCommit)));
  return withNotesOnce(
    groupsOf(told).map(({ check, byLook }) => ({
      check,
      places: [...byLook].map(([look, checks]) => ({ look, platforms: platformsOf(look, checks) })),
      isOfOtherCommit: [...byLook.keys()].every((look) => ofOtherCommit.has(look)),
    })),
  );
}

function isOtherCommit({ topic, holds, actual }: Check): boolean {
  return topic === 'revision' && !holds && actual !== null;
}

/** In the order in which they are met. Texts can be long and many, so that no key is made of them. */
function groupsOf(looks: readonly Look[]): Group[] {
  const groups: Group[] = [];
  const known = new Map<string, Map<string | null, Group[]>>();
  for (const look of looks) {
    for (const check of look.checks.filter(({ holds }) => !holds)) {
      const byFound = known.get(check.expectation) ?? new Map<string | null, Group[]>();
      known.set(check.expectation, byFound);
      const alike = byFound.get(check.actual) ?? [];
      byFound.set(check.actual, alike);
      const group = alike.find((each) => isAlike(each.check, check)) ?? { check, byLook: new Map<Look, Check[]>() };
      if (group.byLook.size === 0) {
        groups.push(group);
        alike.push(group);
      }
      const own = group.byLook.get(look);
      if (own) own.push(check);
      else group.byLook.set(look, [check]);
    }
  }
  return groups;
}

function isAlike(one: Check, other: Check): boolean {
  return one.message === other.message && one.hint === other.hint && one.isAbsent === other.isAbsent;
}

/** A note is about the image, and stands at each of its checks. */
function withNotesOnce(failed: readonly Failed[]): Failed[] {
  const told = new Set<string>();
  return failed.map((each) => {
    const { note, ...check } = each.check;
    if (note === undefined) return each;
    if (told.has(note)) return { ...each, check };
    told.add(note);
    return each;
  });
}

/** Of a platform that is not there, and of the image as a whole, none. */
function platformsOf({ image }: Look, checks: readonly Check[]): string[] {
  const own = checks.flatMap(({ topic, platform }) => (platform === null || topic === 'platform' ? [] : [platform]));
  const isOfAll = (image?.platforms ?? []).every(({ name }) => own.includes(name));
  return isOfAll ? [] : own;
}

/** `linux/arm64`; of several images, their names. Empty for all of them: that goes without saying. */
export function placesText({ places }: Failed, looks: readonly Look[]): string {
  const [only] = places;
  if (looks.length === 1) return only === undefined ? '' : listed(only.platforms);
  const isEverywhere = places.length === looks.length && places.every(({ platforms }) => platforms.length === 0);
  return isEverywhere ? 'all images' : listed(places.map((place) => placeText(place, looks)));
}

function placeText({ look, platforms }: Place, looks: readonly Look[]): string {
  const name = isOneRepository(looks) ? shortName(look) : nameOf(look);
  return platforms.length === 0 ? name : `${name} (${platforms.join(', ')})`;
}

/** Whether all images are of one repository, so that their tags tell them apart. */
export function isOneRepository(looks: readonly Look[]): boolean {
  const [first] = looks;
  return (
    first?.reference != null &&
    looks.every(
      ({ reference }) =>
        reference?.tag != null &&
        reference.layout === undefined &&
        reference.registry === first.reference?.registry &&
        reference.repository === first.reference.repository,
    )
  );
}

/** The tag, where there is one: images stand beside each other. */
export function shortName(look: Look): string {
  return look.reference?.tag ?? nameOf(look);
}

const MAX_NAMES = 8;

export function listed(names: readonly string[], max: number = MAX_NAMES): string {
  const more = names.length - max;
  return more <= 0 ? names.join(', ') : `${names.slice(0, max).join(', ')} and ${more} more`;
}
