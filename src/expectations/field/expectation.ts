import type { Pattern } from './pattern.ts';

/** Where an expectation looks. */
export interface Field {
  readonly kind: FieldKind;
  readonly key: string;
}
export type FieldKind = 'label' | 'env' | 'annotation';

export type Condition =
  | { readonly operator: '=' | '!='; readonly value: string }
  | { readonly operator: '=~' | '!~'; readonly pattern: Pattern }
  | { readonly operator: 'in' | 'notin'; readonly values: readonly string[] }
  | { readonly operator: 'present' | 'absent' };

/** One line of `labels`, `env` or `annotations`. */
export interface Expectation {
  readonly field: Field;
  readonly condition: Condition;
}

/** `label KEY`, `env NAME`, `annotation KEY`. */
export function formatField({ kind, key }: Field): string {
  return `${kind} ${key}`;
}

/** The expectation in the words of the contract, always the same for the same meaning. */
export function formatExpectation({ field, condition }: Expectation): string {
  const name = formatField(field);
  switch (condition.operator) {
    case 'present':
      return name;
    case 'absent':
      return `!${name}`;
    default:
      return `${name} ${condition.operator} ${formatExpected(condition)}`;
  }
}

/** The right side alone. */
export function formatExpected(condition: Condition): string {
  switch (condition.operator) {
    case '=':
    case '!=':
      return formatValue(condition.value);
    case '=~':
    case '!~':
      return condition.pattern.source;
    case 'in':
    case 'notin':
      return `(${condition.values.map(formatValue).join(', ')})`;
    case 'present':
    case 'absent':
      return condition.operator;
  }
}

/** A value as its author would write it: bare, or a JSON string where bare would read otherwise. */
function formatValue(value: string): string {
  return value !== '' && value === value.trim() && !/^["=~(]|[,\n\r]/.test(value) ? value : JSON.stringify(value);
}

/** Holds also where the key is absent. */
export function isNegative({ operator }: Condition): boolean {
  return operator === '!=' || operator === '!~' || operator === 'notin' || operator === 'absent';
}
