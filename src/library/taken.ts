import type { Problem } from '../inputs/raw-inputs.ts';

/** Options as they were at the moment of the call: what the caller changes later is of another call. */
export interface TakenOptions {
  /** Own properties only; without a prototype. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: Problem[];
}

/** Copies options, lists and `run`. Never throws. */
export function takeOptions(options: unknown): TakenOptions {
  const problems: Problem[] = [];
  const wrong = (message: string): void =>
    void problems.push({ input: 'options', message, hint: 'Give a plain object.' });
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    wrong('this is not an object.');
    return { values: {}, problems };
  }
  try {
    // A misspelt property of an instance would go unnoticed.
    if (!isPlain(options)) wrong('this is an instance of a class.');
    return { values: copyOf(options), problems };
  } catch {
    wrong('a property cannot be read.');
    return { values: {}, problems };
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  // That of another realm, which has no prototype of its own either.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

function copyOf(value: object): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of Reflect.ownKeys(value)) copy[String(key)] = copyOfValue(Reflect.get(value, key));
  return copy;
}

function copyOfValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at += 1) items.push(value[at]);
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  // What could still change, or hide a property, is no value of any option.
  return isPlain(value) ? copyOf(value) : null;
}
