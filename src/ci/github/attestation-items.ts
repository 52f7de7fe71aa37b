import { type BundleList, type LoadBundle, MAX_BUNDLE_BYTES } from '../../image/bundles.ts';
import type { Json, JsonObject } from '../../json/strict-json.ts';
import { fetchStored, type Means, tooLargeError } from './stored-attestation.ts';

/** How each item of GitHub's list is loaded: a bundle that stands in it at once, one in storage when it is needed. */
export function loadsOf(items: readonly Json[], means: Omit<Means, 'budget'>): Pick<BundleList, 'bundles' | 'later'> {
  const isInline = (item: Json): boolean => typeof (memberOf(item, 'bundle') ?? '') === 'object';
  const inline = items.filter(isInline);
  const others = items.filter((item) => !isInline(item));
  return {
    bundles: inline.map((item) => async () => within(memberOf(item, 'bundle') as Json)),
    later: others.map(
      (item): LoadBundle =>
        (budget) =>
          fetchStored(memberOf(item, 'bundle_url'), { ...means, budget }),
    ),
  };
}

/** Of an item of the list; one that is none has nothing, and hides no other. */
function memberOf(item: Json, name: 'bundle' | 'bundle_url'): Json | undefined {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as JsonObject)[name] : undefined;
}

/** A bundle that stands in the list, and is in memory with it. @throws AssertImageError `too-large` */
function within(bundle: Json): Json {
  if (JSON.stringify(bundle).length > MAX_BUNDLE_BYTES) throw tooLargeError();
  return bundle;
}
