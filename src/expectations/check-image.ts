import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { Digest } from '../reference/digest.ts';
import { formatPlatform, type Platform } from '../reference/platform.ts';
import { shorten } from '../base/shorten.ts';
import { type AncestryAnswers, checkAncestry, noticeOnForks } from './revision/ancestry.ts';
import type { CelExpression } from './cel/cel.ts';
import { checkField } from './field/check-field.ts';
import type { Check, Checked } from './check.ts';
import type { Expectations } from './expectations.ts';
import { checkMetadata } from './policy/check-metadata.ts';
import { checkRevision } from './revision/revision.ts';

/** What a check needs that is not in the image. */
export interface CheckContext {
  readonly ancestry: AncestryAnswers;
  /** Called between checks, which leave timers no chance to run. @throws AssertImageError `timeout` */
  readonly assertTimeLeft: () => void;
  /** Takes out our secrets. */
  readonly redact: (text: string) => string;
  /** Evaluates CEL; a parameter, so that the language is loaded only where it is used. */
  readonly checkCel: (expressions: readonly CelExpression[], platform: PlatformImage) => readonly Check[];
}

const NO_CONTEXT: CheckContext = {
  ancestry: new Map(),
  checkCel: () => [],
  assertTimeLeft: () => {},
  redact: (text) => text,
};

/**
 * Evaluates everything on everything, so that one run tells all that is wrong.
 *
 * @throws AssertImageError where the image does not say in one way only what was asked
 */
export function checkImage(image: Image, expectations: Expectations, context: CheckContext = NO_CONTEXT): Checked {
  const { checks, notices } = evaluate(image, expectations, context);
  // A secret that is cut could no longer be recognised.
  let left = MAX_TOLD_OF_IMAGE;
  const cite = (text: string): string => {
    const told = shorten(context.redact(text), left > 0 ? MAX_TOLD_CHARS : MIN_TOLD_CHARS);
    left -= told.length;
    return told;
  };
  return {
    checks: checks.map((check) => ({
      ...check,
      actual: check.actual === null ? null : cite(check.actual),
      message: cite(check.message),
    })),
    notices: notices.slice(0, MAX_NOTICES).map(cite),
  };
}

/** A label can be megabytes, and is told once for each platform and expectation; the report has it whole. */
const MAX_TOLD_CHARS = 4096;
/** A hundred platforms with twenty expectations each would make megabytes of it: then each is told in short. */
const MAX_TOLD_OF_IMAGE = 256 * 1024;
const MIN_TOLD_CHARS = 200;
const MAX_NOTICES = 1000;

function evaluate(image: Image, expectations: Expectations, context: CheckContext): Checked {
  const notices: string[] = [];
  const perPlatform = image.platforms.flatMap((platform) =>
    expectations.fields.map((expectation) => {
      context.assertTimeLeft();
      return checkField(expectation, platform, notices);
    }),
  );
  const revision =
    expectations.revision && checkRevision(expectations.revision, expectations.revisionFrom, image, context.redact);
  const onForks =
    expectations.containsCommit === null ? null : noticeOnForks(expectations.containsCommit, context.ancestry);
  return {
    checks: [
      ...image.absent.map((wanted) => absentPlatform(formatPlatform(wanted), image)),
      ...image.platforms.flatMap(checkPlatform),
      ...(expectations.digest === null ? [] : [checkDigest(expectations.digest, image)]),
      ...(revision?.checks ?? []),
      ...(expectations.containsCommit === null
        ? []
        : checkAncestry(expectations.containsCommit, expectations.revisionFrom, image, context.ancestry)),
      ...perPlatform,
      ...image.platforms.flatMap((platform) =>
        expectations.metadataTests.flatMap((test) => {
          context.assertTimeLeft();
          return checkMetadata(test, platform);
        }),
      ),
      ...image.platforms.flatMap((platform) => {
        context.assertTimeLeft();
        return context.checkCel(expectations.cel, platform);
      }),
    ],
    notices: [...new Set([...(revision?.notices ?? []), ...(onForks === null ? [] : [onForks]), ...notices])],
  };
}

function absentPlatform(wanted: string, image: Image): Check {
  const there = image.index?.platforms ?? image.platforms.map(({ name }) => name);
  return {
    expectation: `platform ${wanted}`,
    platform: wanted,
    holds: false,
    expected: 'present',
    actual: there.join(', '),
    message: `the image has no ${wanted}; it has ${there.join(', ')}.`,
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
      expectation: 'platform as the index says',
      platform: name,
      holds: false,
      expected: formatPlatform(offered),
      actual: formatPlatform(stated),
      message: `the index offers this image for ${formatPlatform(offered)}, but its config says ${formatPlatform(stated)}.`,
    },
  ];
}

function checkDigest(expected: Digest, image: Image): Check {
  const holds = image.digest === expected;
  const platform = image.platforms.find(({ manifestDigest }) => manifestDigest === expected);
  const config = image.platforms.find(({ imageId }) => imageId === expected);
  const reason = platform
    ? ` It is the manifest of ${platform.name} in this index: expect the digest of the index, which builds and pushes report.`
    : config
      ? ` It is the image ID (config digest) of ${config.name}: expect the digest that the push reported.`
      : '';
  return {
    expectation: `digest = ${expected}`,
    platform: null,
    holds,
    expected,
    actual: image.digest,
    message: holds ? '' : `it resolves to ${image.digest}, not to ${expected}.${reason}`,
  };
}
