import type { PlatformImage } from '../../image/platform-image.ts';
import type { Check } from '../check.ts';
import {
  type Condition,
  type Expectation,
  formatExpectation,
  formatExpected,
  formatField,
  isNegative,
} from './expectation.ts';
import { explainAbsence, explainDifference } from './explain.ts';
import { type Found, findField } from './find.ts';

/**
 * Evaluates one expectation on one platform; what its author should know besides goes to `notices`.
 *
 * @throws AssertImageError for an environment variable that the image sets in two ways
 */
export function checkField(expectation: Expectation, platform: PlatformImage, notices: string[]): Check {
  const { field, condition } = expectation;
  const found = findField(field, platform);
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
    message: outcome.holds ? '' : explain(expectation, found, outcome.reason, platform),
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
      const matches = condition.pattern.matches(value);
      // Unknown, so it fails for `=~` and for `!~`.
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
): string {
  const name = formatField(field);
  if (reason !== undefined) return `${name}: ${reason}.`;
  if (found === undefined) return `${name} is absent.${explainAbsence(field, platform)}`;
  if (isNegative(condition)) {
    return condition.operator === 'absent' ? `${name} is present.` : `${name} is what it must not be.`;
  }
  if (field.kind === 'env' && !SHOWS_ENV.has(condition.operator))
    return `${name} has another value, which is not shown.`;
  const wanted = condition.operator === '=' ? explainDifference(condition.value, found.value) : '';
  return `${name} has another value.${wanted}`;
}

/** `org.opencontainers.image.*` labels come down from the base image, so that they exist says little (moby/buildkit#4110). */
function isInheritable({ field, condition }: Expectation): boolean {
  return (
    field.kind === 'label' &&
    field.key.startsWith('org.opencontainers.image.') &&
    (condition.operator === 'present' || condition.operator === '=~')
  );
}
