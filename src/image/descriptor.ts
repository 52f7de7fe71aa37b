import { AssertImageError } from '../base/errors.ts';
import { type Digest, tryParseDigest } from '../reference/digest.ts';
import { normalizePlatform, type Platform } from '../reference/platform.ts';
import { Fields } from '../json/fields.ts';
import type { Json } from '../json/strict-json.ts';

/** `{mediaType, digest, size}` of the image specification, with what an index adds. Sizes in bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations: ReadonlyMap<string, string>;
  /** Only in an index; null where the entry names none. */
  readonly platform: Platform | null;
  readonly artifactType: string | null;
  /** The content itself, as base64, not yet verified; undefined where it is not embedded. */
  readonly data?: string;
}

const NAMES = ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'];
const PLATFORM_NAMES = ['architecture', 'os', 'os.version', 'os.features', 'variant', 'features'];

/**
 * Source: opencontainers/image-spec descriptor.md. `urls` is never read, for it is never fetched.
 *
 * @param options.mayLackType the config of an image of 2016 may have no media type
 */
export function parseDescriptor(
  value: Json | undefined,
  what: string,
  { mayLackType = false }: { readonly mayLackType?: boolean } = {},
): Descriptor {
  const fields = new Fields(value, what, NAMES);
  const text = fields.string('digest');
  const digest = text === undefined ? null : tryParseDigest(text);
  const size = fields.size('size');
  const mediaType = fields.shortString('mediaType');
  if (digest === null) throw new AssertImageError('malformed', `${what} has no digest that can be checked.`);
  if (size === undefined) throw new AssertImageError('malformed', `${what} has no size.`);
  const data = fields.string('data');
  if (!mediaType && !mayLackType) throw new AssertImageError('malformed', `${what} has no media type.`);
  return {
    mediaType: (mediaType ?? '').toLowerCase(),
    digest,
    size,
    annotations: fields.stringMap('annotations'),
    platform: fields.has('platform') ? parsePlatform(fields.value('platform'), what) : null,
    artifactType: fields.shortString('artifactType') ?? null,
    ...(data === undefined ? {} : { data }),
  };
}

/** Null where os or architecture is empty: no runtime selects by that, so it counts as no platform at all. */
function parsePlatform(value: Json | undefined, what: string): Platform | null {
  const fields = new Fields(value, `the platform of ${what}`, PLATFORM_NAMES);
  const platform = normalizePlatform({
    os: fields.shortString('os') ?? '',
    architecture: fields.shortString('architecture') ?? '',
    variant: fields.shortString('variant') ?? '',
    osVersion: fields.shortString('os.version') ?? '',
  });
  return platform.os === '' || platform.architecture === '' ? null : platform;
}
