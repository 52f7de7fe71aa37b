import type { PlatformImage } from './platform-image.ts';

export type AnnotationPlace = 'annotation of the manifest' | 'annotation of the descriptor' | 'annotation of the index';

/** Where annotations stand, in order of precedence. */
function placesOf(platform: PlatformImage): readonly (readonly [AnnotationPlace, ReadonlyMap<string, string>])[] {
  return [
    ['annotation of the manifest', platform.manifestAnnotations],
    ['annotation of the descriptor', platform.descriptorAnnotations],
    ['annotation of the index', platform.indexAnnotations],
  ];
}

/** An annotation of one platform, and where it stands: of its manifest, else of its descriptor, else of the index. */
export function annotationOf(
  platform: PlatformImage,
  key: string,
): { readonly value: string; readonly where: AnnotationPlace } | undefined {
  for (const [where, annotations] of placesOf(platform)) {
    const value = annotations.get(key);
    if (value !== undefined) return { value, where };
  }
  return undefined;
}

/** All annotations of one platform, by the same precedence. */
export function annotationsOf(platform: PlatformImage): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, annotations] of placesOf(platform)) {
    for (const [key, value] of annotations) if (!found.has(key)) found.set(key, value);
  }
  return found;
}
