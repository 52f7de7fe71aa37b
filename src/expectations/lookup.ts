import { lookUpEnv } from '../image/config.ts';
import type { Image, PlatformImage } from '../image/image.ts';
import type { Field } from './expectation.ts';

/** A value and where it was read. */
export interface Found {
  readonly value: string;
  readonly where: 'label' | 'env' | AnnotationPlace;
}
export type AnnotationPlace = 'annotation of the manifest' | 'annotation of the descriptor' | 'annotation of the index';

/**
 * What one platform of an image says in a field; undefined where it says nothing.
 *
 * @throws AssertImageError `ambiguous` or `malformed` for an environment variable that can be read in two ways
 */
export function lookUp(field: Field, platform: PlatformImage, image: Image): Found | undefined {
  switch (field.kind) {
    case 'label': {
      const value = platform.configFile.config.labels.get(field.key);
      return value === undefined ? undefined : { value, where: 'label' };
    }
    case 'env': {
      const value = lookUpEnv(platform.configFile.config.env, field.key);
      return value === undefined ? undefined : { value, where: 'env' };
    }
    case 'annotation':
      return lookUpAnnotation(field.key, platform, image);
  }
}

/** The nearest to the platform counts: manifest, else its descriptor in the index, else the index. */
function lookUpAnnotation(key: string, platform: PlatformImage, image: Image): Found | undefined {
  const places: readonly (readonly [AnnotationPlace, ReadonlyMap<string, string>])[] = [
    ['annotation of the manifest', platform.manifestAnnotations],
    ['annotation of the descriptor', platform.descriptorAnnotations],
    ['annotation of the index', image.index?.annotations ?? new Map<string, string>()],
  ];
  for (const [where, annotations] of places) {
    const value = annotations.get(key);
    if (value !== undefined) return { value, where };
  }
  return undefined;
}
