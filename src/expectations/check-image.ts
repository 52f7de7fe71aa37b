import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import { shorten } from '../base/shorten.ts';
import { type AncestryAnswers, checkAncestry, noticeOnForks } from './revision/ancestry.ts';
import type { CelExpression } from './cel/cel.ts';
import { checkField } from './field/check-field.ts';
import type { Check, Checked } from './check.ts';
import type { Expectations } from './expectations.ts';
import { checkResolved } from './check-resolved.ts';
import type { Finding } from './provenance/finding.ts';
import { checkMetadata } from './policy/check-metadata.ts';
import { checkStatedSubjects, noticesOnStated } from './provenance/check-stated.ts';
import { checkRevision } from './revision/revision.ts';

/** What a check needs that is not in the image. */
export interface CheckContext {
  readonly ancestry: AncestryAnswers;
  /** What was found of signed provenance; null where none was asked for. */
  readonly finding: Finding | null;
  /** Called between checks, which leave timers no chance to run. @throws AssertImageError `timeout` */
  readonly assertTimeLeft: () => void;
  /** Takes out our secrets. */
  readonly redact: (text: string) => string;
  /** Evaluates CEL; a parameter, so that the language is loaded only where it is used. */
  readonly checkCel: (expressions: readonly CelExpression[], platform: PlatformImage) => readonly Check[];
}

const NO_CONTEXT: CheckContext = {
  ancestry: new Map(),
  finding: null,
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
      ...(check.hint ? { hint: cite(check.hint) } : {}),
      ...(check.note ? { note: cite(check.note) } : {}),
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
  const { revisionFrom, containsCommit } = expectations;
  const ofFields: string[] = [];
  // What was signed says it; an image that says nothing itself is fine.
  const isAbsenceFine = expectations.provenance !== null;
  const commit = expectations.revision && { ...expectations.revision, isAbsenceFine };
  const revision = commit && checkRevision(commit, revisionFrom, image, context.redact);
  // Signed provenance says whose commit it is.
  const isSigned = context.finding?.identity != null;
  const onForks = containsCommit === null || isSigned ? null : noticeOnForks(containsCommit, context.ancestry);
  return {
    checks: [
      ...checkResolved(image, expectations.digest),
      ...checkStatedSubjects(image),
      ...(context.finding?.checks ?? []),
      ...(revision?.checks ?? []),
      ...(containsCommit === null ? [] : checkAncestry(containsCommit, revisionFrom, image, context.ancestry)),
      ...checkPlatforms(image, expectations, context, ofFields),
    ],
    notices: [
      ...new Set([
        ...(revision?.notices ?? []),
        ...(context.finding?.notices ?? []),
        ...noticesOnStated(revisionFrom, image, context.redact),
        ...(onForks === null ? [] : [onForks]),
        ...ofFields,
      ]),
    ],
  };
}

/** What is expected of each platform by itself: fields, tests of metadata, expressions. */
function checkPlatforms(
  { platforms }: Image,
  { fields, metadataTests, cel }: Expectations,
  { assertTimeLeft, checkCel }: CheckContext,
  notices: string[],
): Check[] {
  const ofEach = <T>(expected: readonly T[], check: (one: T, platform: PlatformImage) => Check | Check[]): Check[] =>
    platforms.flatMap((platform) =>
      expected.flatMap((one) => {
        assertTimeLeft();
        return check(one, platform);
      }),
    );
  return [
    ...ofEach(fields, (expectation, platform) => checkField(expectation, platform, notices)),
    ...ofEach(metadataTests, checkMetadata),
    ...platforms.flatMap((platform) => {
      assertTimeLeft();
      return checkCel(cel, platform);
    }),
  ];
}
