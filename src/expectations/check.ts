import type { Image, PlatformImage } from '../image/image.ts';
import type { Digest } from '../reference/digest.ts';
import { formatPlatform, type Platform } from '../reference/platform.ts';
import {
  type Condition,
  type Expectation,
  type Field,
  formatExpectation,
  formatExpected,
  formatField,
  isNegative,
} from './expectation.ts';
import { explainAbsence, explainDifference } from './explain.ts';
import { type Found, lookUp } from './lookup.ts';
import { checkRevision, type RevisionExpectation } from './revision.ts';

/** One evaluated expectation. A failed one is a value, never an exception. */
export interface Check {
  /** In the words of the contract. */
  readonly expectation: string;
  /** Null where it is about the image as a whole. */
  readonly platform: string | null;
  readonly holds: boolean;
  readonly expected: string;
  /** What was there; null where nothing was, or where it is not to be shown. */
  readonly actual: string | null;
  /** Empty where it holds. */
  readonly message: string;
}

/** All that is expected of each checked image. */
export interface Expectations {
  readonly revision: RevisionExpectation | null;
  /** Where an image states its revision, also where none is expected. */
  readonly revisionFrom: readonly Field[];
  readonly digest: Digest | null;
  readonly fields: readonly Expectation[];
}

export interface Checked {
  readonly checks: readonly Check[];
  /** What the author should know although it changes nothing. */
  readonly notices: readonly string[];
}

/**
 * Evaluates everything on everything, so that one run tells all that is wrong.
 *
 * @throws AssertImageError where the image does not say in one way only what was asked
 */
export function checkImage(image: Image, expectations: Expectations): Checked {
  const notices: string[] = [];
  const perPlatform = image.platforms.flatMap((platform) =>
    expectations.fields.map((expectation) => checkField(expectation, platform, image, notices)),
  );
  const revision = expectations.revision && checkRevision(expectations.revision, expectations.revisionFrom, image);
  return {
    checks: [
      ...image.absent.map((wanted) => absentPlatform(formatPlatform(wanted), image)),
      ...image.platforms.flatMap(checkPlatform),
      ...(expectations.digest === null ? [] : [checkDigest(expectations.digest, image)]),
      ...(revision?.checks ?? []),
      ...perPlatform,
    ],
    notices: [...new Set([...(revision?.notices ?? []), ...notices])],
  };
}

export function isNothingExpected({ revision, digest, fields }: Expectations): boolean {
  return revision === null && digest === null && fields.length === 0;
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

/** An index that offers a platform which the config denies: nodes would start the wrong program (catalogue M-17). */
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

function checkField(expectation: Expectation, platform: PlatformImage, image: Image, notices: string[]): Check {
  const { field, condition } = expectation;
  const found = lookUp(field, platform, image);
  const outcome = evaluate(condition, found?.value);
  if (outcome.holds && found === undefined && condition.operator !== 'absent') {
    notices.push(`${formatExpectation(expectation)} holds only because ${formatField(field)} is absent.`);
  }
  if (isInheritable(expectation)) {
    notices.push(
      `${formatExpectation(expectation)}: base images hand this label down, so it may speak of another image. Expect an exact value.`,
    );
  }
  const isShown = field.kind !== 'env' || (!outcome.holds && SHOWS_ENV.has(condition.operator));
  return {
    expectation: formatExpectation(expectation),
    platform: platform.name,
    holds: outcome.holds,
    expected: formatExpected(condition),
    actual: found !== undefined && isShown ? found.value : null,
    message: outcome.holds ? '' : explain(expectation, found, outcome.reason, platform, image),
  };
}

/** The contract: the value of an environment variable is shown only where an equality or pattern on that very name failed. */
const SHOWS_ENV: ReadonlySet<Condition['operator']> = new Set(['=', '!=', '=~', '!~']);

interface Outcome {
  readonly holds: boolean;
  readonly reason?: string;
}

function evaluate(condition: Condition, value: string | undefined): Outcome {
  switch (condition.operator) {
    case 'present':
      return { holds: value !== undefined };
    case 'absent':
      return { holds: value === undefined };
    case '=':
      return { holds: value === condition.value };
    case '!=':
      return { holds: value !== condition.value };
    case 'in':
      return { holds: value !== undefined && condition.values.includes(value) };
    case 'notin':
      return { holds: value === undefined || !condition.values.includes(value) };
    case '=~':
    case '!~': {
      if (value === undefined) return { holds: condition.operator === '!~' };
      const matches = condition.pattern.matchesWhole(value);
      // Neither matching nor not: a text that was not looked at satisfies nobody.
      if (matches === null)
        return { holds: false, reason: `its value is too long to match (${value.length} characters)` };
      return { holds: matches === (condition.operator === '=~') };
    }
  }
}

function explain(
  { field, condition }: Expectation,
  found: Found | undefined,
  reason: string | undefined,
  platform: PlatformImage,
  image: Image,
): string {
  const name = formatField(field);
  if (reason !== undefined) return `${name}: ${reason}.`;
  if (found === undefined) return `${name} is absent.${explainAbsence(field, platform, image)}`;
  if (isNegative(condition)) {
    return condition.operator === 'absent' ? `${name} is present.` : `${name} is what it must not be.`;
  }
  if (field.kind === 'env' && !SHOWS_ENV.has(condition.operator))
    return `${name} has another value, which is not shown.`;
  const wanted = condition.operator === '=' ? explainDifference(condition.value, found.value) : '';
  return `${name} has another value.${wanted}`;
}

/** `org.opencontainers.image.*` labels come down from the base image, so that they exist says little (catalogue S-10). */
function isInheritable({ field, condition }: Expectation): boolean {
  return (
    field.kind === 'label' &&
    field.key.startsWith('org.opencontainers.image.') &&
    (condition.operator === 'present' || condition.operator === '=~')
  );
}
