import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { Digest } from '../reference/digest.ts';
import { formatPlatform, type Platform } from '../reference/platform.ts';
import type { Check } from './check.ts';

/** What the reference resolved to: the platforms that were asked for, each as the index says, and the digest. */
export function checkResolved(image: Image, digest: Digest | null): Check[] {
  return [
    ...image.absent.map((wanted) => absentPlatform(formatPlatform(wanted), image)),
    ...image.platforms.flatMap(checkPlatform),
    ...(digest === null ? [] : [checkDigest(digest, image)]),
  ];
}

function absentPlatform(wanted: string, image: Image): Check {
  const there = image.index?.platforms ?? image.platforms.map(({ name }) => name);
  return {
    topic: 'platform',
    name: `platform ${wanted}`,
    expectation: `platform ${wanted}`,
    platform: wanted,
    holds: false,
    expected: 'present',
    actual: there.join(', '),
    message: `the image has no ${wanted}; it has ${there.join(', ') || 'no platform'}`,
    hint: 'Build it for that platform too, or leave the platform out of platforms.',
  };
}

/** An index that offers a platform which the config denies: nodes would start the wrong program (containerd, images/image.go, selects by the descriptor). */
function checkPlatform({ name, offered, configFile }: PlatformImage): Check[] {
  const stated = configFile.platform;
  const isSame = (a: Platform): boolean =>
    (stated.os === '' || a.os === stated.os) && (stated.architecture === '' || a.architecture === stated.architecture);
  if (offered === null || isSame(offered)) return [];
  return [
    {
      topic: 'platform',
      name: 'platform',
      expectation: 'platform as the index says',
      platform: name,
      holds: false,
      expected: formatPlatform(offered),
      actual: formatPlatform(stated),
      message: `the index offers this image for ${formatPlatform(offered)}, but its config says ${formatPlatform(stated)}`,
      hint: 'Build and push the index again, each platform by a builder of that platform.',
    },
  ];
}

function checkDigest(expected: Digest, image: Image): Check {
  const holds = image.digest === expected;
  const platform = image.platforms.find(({ manifestDigest }) => manifestDigest === expected);
  const config = image.platforms.find(({ imageId }) => imageId === expected);
  const reason = platform
    ? `The expected digest is the manifest of ${platform.name} in this index: expect the digest of the index, which builds and pushes report.`
    : config
      ? `The expected digest is the image ID (config digest) of ${config.name}: expect the digest that the push reported.`
      : 'Is the expected digest the one that the build step of this run reported?';
  return {
    topic: 'digest',
    name: 'digest',
    expectation: `digest = ${expected}`,
    platform: null,
    holds,
    expected,
    actual: image.digest,
    message: holds ? '' : `it resolves to ${image.digest}, not to ${expected}`,
    ...(holds ? {} : { hint: reason }),
  };
}
