import { AssertImageError } from '../../base/errors.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import { type CelContext, celFactsOf } from './facts.ts';
import { type CelExpression, evaluateCel, MAX_EVALUATION_MS } from './cel.ts';
import type { Check } from '../check.ts';

/** One check an expression, on one platform. */
export function checkCel(expressions: readonly CelExpression[], platform: PlatformImage, context: CelContext): Check[] {
  if (expressions.length === 0) return [];
  for (const { source } of expressions) assertReadableEnv(source, platform);
  context.celEndsAtMs ??= performance.now() + MAX_EVALUATION_MS;
  const msLeft = context.celEndsAtMs - performance.now();
  const outcomes = evaluateCel(expressions, celFactsOf(platform, context), msLeft);
  return outcomes.map(({ holds, reason }, at) => ({
    expectation: `expect ${(expressions[at] as CelExpression).source}`,
    platform: platform.name,
    holds,
    expected: 'true',
    actual: null,
    message: holds ? '' : `the expression does not hold: ${reason}.`,
  }));
}

/**
 * Same rule as for expectations in `env`: a variable with two readings is an error when it is used.
 *
 * @throws AssertImageError `ambiguous` or `malformed`
 */
function assertReadableEnv(source: string, { name, configFile }: PlatformImage): void {
  const { ambiguous, malformed } = configFile.config.env;
  if (!/env/i.test(source) || ambiguous.size + malformed.length === 0) return;
  const [code, what] =
    ambiguous.size > 0
      ? (['ambiguous', 'sets an environment variable twice, to different values'] as const)
      : (['malformed', 'has an environment entry without "=" or without a name'] as const);
  throw new AssertImageError(
    code,
    `${name} ${what}, and the expression ${JSON.stringify(source.slice(0, 80))} asks about the environment.`,
  );
}
