import type { PlatformImage } from '../../image/platform-image.ts';
import type { Check } from '../check.ts';
import { type Condition, type Expectation, formatExpectation, formatExpected, formatField } from './expectation.ts';
import { explainAbsence, explainMismatch } from './explain.ts';
import { findField } from './find.ts';

/**
 * Evaluates one expectation on one platform; what its author should know besides goes to `notices`.
 *
 * @throws AssertImageError for an environment variable that the image sets in two ways
 */
export function checkField(expectation: Expectation, platform: PlatformImage, notices: string[]): Check {
  const { field, condition } = expectation;
  const found = findField(field, platform);
  const { holds, isTooLong } = evaluate(condition, found?.value);
  if (holds && found === undefined && condition.operator !== 'absent') {
    notices.push(`${formatExpectation(expectation)} holds only because ${formatField(field)} is absent.`);
  }
  if (isInheritable(expectation)) {
    notices.push(
      `${formatExpectation(expectation)}: images inherit this label from their base, so it may be about another image. Expect an exact value.`,
    );
  }
  const isShown = field.kind !== 'env' || (!holds && SHOWS_ENV.has(condition.operator));
  const value = found?.value;
  const hint = (): string | undefined =>
    value === undefined ? explainAbsence(field, platform) : isTooLong ? TOO_LONG : explainMismatch(condition, value);
  return {
    topic: 'field',
    name: formatField(field),
    expectation: formatExpectation(expectation),
    platform: platform.name,
    holds,
    expected: formatExpected(condition),
    actual: value !== undefined && isShown ? value : null,
    isAbsent: value === undefined,
    message: holds ? '' : `${formatField(field)} ${requirementOf(condition)}`,
    ...(holds ? {} : { found: 'it is', hint: hint() }),
  };
}

/** The contract: the value of an environment variable is shown only where an equality or pattern on that very name failed. */
const SHOWS_ENV: ReadonlySet<Condition['operator']> = new Set(['=', '!=', '=~', '!~']);

const TOO_LONG = 'The value is too long to match; expect an exact value, or ask for its beginning with expect.';

interface Outcome {
  readonly holds: boolean;
  readonly isTooLong?: boolean;
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
      const matches = condition.pattern.matches(value);
      // Unknown, so it fails for `=~` and for `!~`.
      if (matches === null) return { holds: false, isTooLong: true };
      return { holds: matches === (condition.operator === '=~') };
    }
  }
}

/** What has to be true of the field, as it follows its name. */
function requirementOf(condition: Condition): string {
  const expected = formatExpected(condition);
  switch (condition.operator) {
    case 'present':
      return 'must be present';
    case 'absent':
      return 'must be absent';
    case '=':
      return `must be ${expected}`;
    case '!=':
      return `must not be ${expected}`;
    case '=~':
      return `must match ${expected} whole`;
    case '!~':
      return `must not match ${expected}`;
    case 'in':
      return `must be one of ${expected}`;
    case 'notin':
      return `must be none of ${expected}`;
  }
}

/** `org.opencontainers.image.*` labels come down from the base image, so that they exist says little (moby/buildkit#4110). */
function isInheritable({ field, condition }: Expectation): boolean {
  return (
    field.kind === 'label' &&
    field.key.startsWith('org.opencontainers.image.') &&
    (condition.operator === 'present' || condition.operator === '=~')
  );
}
