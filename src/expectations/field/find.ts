import { findEnv } from '../../image/env.ts';
import { type AnnotationPlace, annotationOf } from '../../image/annotations.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Field } from './expectation.ts';

/** A value and where it was read. */
export interface Found {
  readonly value: string;
  readonly where: 'label' | 'env' | AnnotationPlace;
}

/**
 * What one platform of an image says in a field; undefined where it says nothing.
 *
 * @throws AssertImageError `ambiguous` or `malformed` for an environment variable that can be read in two ways
 */
export function findField(field: Field, platform: PlatformImage): Found | undefined {
  switch (field.kind) {
    case 'label': {
      const value = platform.configFile.config.labels.get(field.key);
      return value === undefined ? undefined : { value, where: 'label' };
    }
    case 'env': {
      const value = findEnv(platform.configFile.config.env, field.key);
      return value === undefined ? undefined : { value, where: 'env' };
    }
    case 'annotation':
      return annotationOf(platform, field.key);
  }
}
