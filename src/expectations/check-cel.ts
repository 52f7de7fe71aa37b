import type { Image, PlatformImage } from '../image/image.ts';
import { type CelContext, celFactsOf } from './cel-facts.ts';
import { type CelExpression, evaluateCel } from './cel.ts';
import type { Check } from './check.ts';

/** One check an expression, on one platform. */
export function checkCel(
  expressions: readonly CelExpression[],
  platform: PlatformImage,
  image: Image,
  context: CelContext,
): Check[] {
  if (expressions.length === 0) return [];
  const outcomes = evaluateCel(expressions, celFactsOf(platform, image, context));
  return outcomes.map(({ holds, reason }, at) => ({
    expectation: `expect ${(expressions[at] as CelExpression).source}`,
    platform: platform.name,
    holds,
    expected: 'true',
    actual: null,
    message: holds ? '' : `the expression does not hold: ${withoutEnv(reason, platform)}.`,
  }));
}

/** An error text may quote what it worked on, and the values of the environment are shown to nobody. */
function withoutEnv(reason: string, platform: PlatformImage): string {
  const values = [...platform.configFile.config.env.values.values()].filter((value) => value.length >= MIN_SHOWN_CHARS);
  return values.toSorted((a, b) => b.length - a.length).reduce((text, value) => text.replaceAll(value, '***'), reason);
}

/** Shorter ones are parts of ordinary words. */
const MIN_SHOWN_CHARS = 4;
