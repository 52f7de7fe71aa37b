import { AssertImageError } from '../base/errors.ts';
import { type Digest, parseDigest } from './digest.ts';

/** `PATH[:tag][@digest]` behind `oci-layout:`. With neither, the only image of the layout is meant. */
export interface LayoutParts {
  readonly layout: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

export const LAYOUT_PREFIX = 'oci-layout:';
/** A tag of a layout is any `org.opencontainers.image.ref.name`; with a slash it could not be told from a path. */
const PARTS = /^(?<path>.+?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha(?:256|512):[a-f0-9]+))?$/;

/** @throws AssertImageError `input` */
export function parseLayoutReference(text: string): LayoutParts {
  const { path = '', tag, digest } = PARTS.exec(text.slice(LAYOUT_PREFIX.length))?.groups ?? {};
  if (path === '' || /[\u0000-\u001f\u007f@]/.test(path)) {
    throw new AssertImageError('input', `${JSON.stringify(text)} does not name a layout.`, {
      hint: 'Write oci-layout:PATH[:tag][@digest], where PATH is a folder or a tar file.',
    });
  }
  return { layout: path, tag: tag ?? null, digest: digest === undefined ? null : parseDigest(digest) };
}
