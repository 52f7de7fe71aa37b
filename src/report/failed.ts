import type { Check } from '../expectations/check.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';

/** One failed check, told once: every image and platform on which the same was found. */
export interface Failed {
  readonly check: Check;
  readonly places: readonly Place[];
}

interface Place {
  readonly look: Look;
  /** Empty for all that were checked. */
  readonly platforms: readonly string[];
}

/**
 * What failed, grouped by expectation and by what was found. With `require: any` and no match, of the newest image alone;
 * where one matches, nothing.
 */
export function failedOf({ result, looks }: Verdict, require: 'all' | 'any' = 'all'): Failed[] {
  if (result === 'pass') return [];
  const groups = new Map<string, { check: Check; byLook: Map<Look, Check[]> }>();
  for (const look of require === 'any' ? looks.filter(({ image }) => image !== null).slice(0, 1) : looks) {
    for (const check of look.checks.filter(({ holds }) => !holds)) {
      const key = JSON.stringify([check.expectation, check.actual, check.isAbsent, check.message, check.hint]);
      const group = groups.get(key) ?? { check, byLook: new Map<Look, Check[]>() };
      group.byLook.set(look, [...(group.byLook.get(look) ?? []), check]);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ check, byLook }) => ({
    check,
    places: [...byLook].map(([look, checks]) => ({ look, platforms: platformsOf(look, checks) })),
  }));
}

function platformsOf({ image }: Look, checks: readonly Check[]): string[] {
  const own = checks.flatMap(({ platform }) => (platform === null ? [] : [platform]));
  const isOfAll = (image?.platforms ?? []).every(({ name }) => own.includes(name));
  return own.length === 0 || isOfAll ? [] : own;
}

/** `linux/arm64`, `all 6 platforms`; of several images, their names. Empty where it goes without saying. */
export function placesText({ places }: Failed, total: number): string {
  const [only] = places;
  if (total > 1) return places.length === total ? 'all images' : listed(places.map(placeText));
  if (only === undefined) return '';
  const { length } = only.look.image?.platforms ?? [];
  return only.platforms.length > 0 ? listed(only.platforms) : length > 1 ? 'all platforms' : '';
}

function placeText({ look, platforms }: Place): string {
  return platforms.length === 0 ? shortName(look) : `${shortName(look)} (${platforms.join(', ')})`;
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
