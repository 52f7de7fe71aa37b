import { cited } from '../../base/cited.ts';
import { nearestName, nearestNames } from '../../inputs/nearest.ts';
import type { CelFacts } from './environment.ts';

/** Why an expression does not hold, as it follows the expression, and what to do. */
export interface Explained {
  /** Empty where it holds. */
  readonly reason: string;
  readonly hint?: string;
}

/**
 * In words of our own: the library quotes what it worked on, which may be a variable's value or the
 * build history. A missing key is named where the author has written it.
 */
export function explainCause(message: string, source: string, facts: CelFacts): Explained {
  const key = /^(?:field not found|no such key): (.*)$/s.exec(message)?.[1];
  if (key !== undefined && source.includes(`run.${key}`))
    return { reason: `cannot be evaluated: this run says no ${key}`, hint: `Ask has(run.${key}) first.` };
  if (key !== undefined && source.includes(key)) {
    const meant = meantKey(key, source, facts);
    const hint = meant === null ? 'Where it may be absent, ask has(…) first.' : `Did you mean ${meant}?`;
    return { reason: `cannot be evaluated: there is no ${key} in this image`, hint };
  }
  const known =
    key === undefined ? CAUSES.find(([pattern]) => pattern.test(message))?.[1] : 'a key is missing; ask has(…) first';
  return {
    reason: `cannot be evaluated: ${known ?? 'an operation on it fails'}`,
    hint: 'docs/expectations.md has an example of each operator.',
  };
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/no matching overload/, 'an operator or a function does not take values of these types'],
  [/parsing regexp/, 'a pattern is not valid RE2'],
  [/divi(de|sion)|modulus/, 'division by zero'],
  [/index|range|bounds/, 'an index or a number is out of range'],
];

/** What the config may have, whether this one has it or not. (image-spec, config.md) */
const CONFIG_KEYS =
  'User ExposedPorts Env Entrypoint Cmd Volumes WorkingDir Labels StopSignal Healthcheck Shell OnBuild'.split(' ');
const IMAGE_KEYS =
  'reference tag digest platform labels env annotations config created size layers history provenance'.split(' ');
const INDEX_KEYS = ['platforms', 'annotations'];
/** Nearness costs the product of the lengths. */
const MAX_KEY_CHARS = 200;

/** The path that a misspelt one is meant to be; null where none is near. */
function meantKey(key: string, source: string, { image }: CelFacts): string | null {
  const at = (parent: string, keys: readonly string[]): string | null => {
    if (!source.includes(`${parent}.${key}`)) return null;
    const nearest = key.length > MAX_KEY_CHARS ? null : nearestName(key, keys);
    return nearest === null || nearest === key ? null : `${parent}.${nearest}`;
  };
  const labels = image instanceof Map ? (image.get('labels') as unknown) : null;
  const labelKeys = labels instanceof Map ? ([...labels.keys()] as string[]) : [];
  const label = /["']/.test(source) && isShort(key) ? nearestNames(key, labelKeys.filter(isShort))[0] : undefined;
  return (
    at('image.config', CONFIG_KEYS) ??
    at('image', IMAGE_KEYS) ??
    at('index', INDEX_KEYS) ??
    (label === undefined ? null : `label ${cited(label)}`)
  );
}

const isShort = (key: string): boolean => key.length <= MAX_KEY_CHARS;

/** What the author of a text that is not CEL may have meant. */
export function explainSyntax(source: string, offset: number): string {
  if (/^=(?!=)/.test(source.slice(offset)) && !/[=!<>]$/.test(source.slice(0, offset))) return 'Use == to compare.';
  if (/^(and|or)\b/.test(source.slice(offset))) return 'Use && and || to join conditions.';
  if (/^&(?!&)|^\|(?!\|)/.test(source.slice(offset))) return 'Use && and || to join conditions.';
  return 'The language is CEL (https://cel.dev); an expression stands on one line.';
}

/** Longer ones are not shown at all: a secret that is cut could no longer be recognised. */
const MAX_SHOWN_CHARS = 2048;

/** A value as the language writes it; null for what is not a text, a number, a truth value or a list of texts. */
export function valueText(value: unknown): string | null {
  const text = literalOf(value);
  return text === null || text.length > MAX_SHOWN_CHARS ? null : text;
}

function literalOf(value: unknown): string | null {
  if (typeof value === 'string') return value.length > MAX_SHOWN_CHARS ? null : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null || value instanceof Map || !(Symbol.iterator in value)) return null;
  const items = [...(value as Iterable<unknown>)];
  return items.every((item) => typeof item === 'string') ? JSON.stringify(items) : null;
}
