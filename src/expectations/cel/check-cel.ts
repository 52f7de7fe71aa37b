import { AssertImageError } from '../../base/errors.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Identity } from '../../provenance/identity.ts';
import { type CelContext, celFactsOf } from './facts.ts';
import { type CelExpression, type CelOutcome, evaluateCel, MAX_EVALUATION_MS } from './cel.ts';
import type { Check } from '../check.ts';

/**
 * One check an expression, on one platform.
 *
 * @param signed what was signed for the image; null where nothing was, or where it was not asked for
 */
export function checkCel(
  expressions: readonly CelExpression[],
  platform: PlatformImage,
  context: CelContext,
  signed: Identity | null = null,
): Check[] {
  if (expressions.length === 0) return [];
  for (const { source } of expressions) assertReadableEnv(source, platform);
  // What names a variable that is not there must never be true: has() is false of it.
  const openOf = ({ asksSignedProvenance, asksGitHub }: CelExpression): CelOutcome | null =>
    asksSignedProvenance && signed === null ? NOT_SIGNED : asksGitHub && !context.run.github ? NOT_ON_GITHUB : null;
  const asked = expressions.filter((expression) => openOf(expression) === null);
  const startedAtMs = performance.now();
  const outcomes = evaluateCel(
    asked,
    celFactsOf(platform, context, signed),
    MAX_EVALUATION_MS - (context.celSpentMs ?? 0),
  );
  context.celSpentMs = (context.celSpentMs ?? 0) + performance.now() - startedAtMs;
  const outcomeOf = (expression: CelExpression): CelOutcome =>
    openOf(expression) ?? (outcomes[asked.indexOf(expression)] as CelOutcome);
  return expressions.map((expression) => checkOf(expression, outcomeOf(expression), platform.name));
}

/** One value stands by itself, several with their names. */
function checkOf({ source }: CelExpression, { holds, reason, hint, seen }: CelOutcome, platform: string): Check {
  const [first, ...others] = seen;
  const actual = others.length === 0 ? (first?.value ?? null) : seen.map(named).join(', ');
  const found = first === undefined ? {} : { found: others.length === 0 ? `${first.text} is` : 'there is' };
  const told = { topic: 'expression', name: source, expectation: `expect ${source}`, platform, holds } as const;
  if (holds) return { ...told, expected: 'true', actual: null, message: '' };
  return { ...told, expected: 'true', actual, message: `${source} ${reason}`, hint, ...found };
}

const named = ({ text, value }: CelOutcome['seen'][number]): string => `${text} = ${value}`;

const NOT_SIGNED: CelOutcome = {
  holds: false,
  reason: 'asks for signed provenance, and the image has none that was checked',
  hint: 'signer-workflow asks for one.',
  seen: [],
};

const NOT_ON_GITHUB: CelOutcome = {
  holds: false,
  reason: 'names the variable github, which exists on GitHub only',
  hint: 'The variable run has the same of every CI.',
  seen: [],
};

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
