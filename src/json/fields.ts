import { AssertImageError } from '../base/errors.ts';
import { assertObject, describe, type Json, type JsonObject } from './strict-json.ts';

/** One for all: a thousand images have tens of thousands of descriptors without annotations. */
const NONE: ReadonlyMap<string, string> = new Map();

/** RFC 6838 allows 127 on either side of the slash of a media type. */
const MAX_NAME_CHARS = 255;

/**
 * A reader of one JSON object with known field names. Go matches a struct's fields without regard
 * to case, also for U+212A (k) and U+017F (s): a name that folds to a known one, yet differs, is
 * another value for Docker and none for us, and so an error (encoding/json, Unmarshal: a field matches by EqualFold). Unknown names are allowed.
 * `null` is absent (image-spec config.md: "any OPTIONAL field MAY be null").
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #what: string;

  constructor(value: Json | undefined, what: string, known: readonly string[]) {
    this.#object = assertObject(value, what);
    this.#what = what;
    assertSpelling(this.#object, what, known);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name) && this.#object[name] !== null;
  }

  /** The value as it stands, undefined where it is absent or null. */
  value(name: string): Json | undefined {
    return this.has(name) ? this.#object[name] : undefined;
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'string') throw this.#error(name, 'a string', value);
    return value;
  }

  /** A name, not a text: media types and platforms stand in every message about an image. */
  shortString(name: string): string | undefined {
    const value = this.string(name);
    if (value === undefined || value.length <= MAX_NAME_CHARS) return value;
    throw new AssertImageError('malformed', `${name} in ${this.#what} has ${value.length} characters.`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'boolean') throw this.#error(name, 'a boolean', value);
    return value;
  }

  /** A whole number that JavaScript holds exactly, at least 0: 9007199254740993 would be rounded. */
  size(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.#error(name, 'a whole number of bytes', value);
    }
    return value;
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.value(name);
    if (value !== undefined && !Array.isArray(value)) throw this.#error(name, 'a list', value);
    return value as readonly Json[] | undefined;
  }

  strings(name: string): readonly string[] | undefined {
    const list = this.list(name);
    if (list?.some((item) => typeof item !== 'string')) throw this.#error(name, 'a list of strings', null);
    return list as readonly string[] | undefined;
  }

  /** A map from string to string, as a Map: `__proto__` and `constructor` are keys like any other. */
  stringMap(name: string): ReadonlyMap<string, string> {
    const value = this.value(name);
    if (value === undefined) return NONE;
    const entries = Object.entries(assertObject(value, `${name} in ${this.#what}`));
    for (const [, item] of entries) {
      if (typeof item !== 'string' && item !== null) throw this.#error(name, 'a map of strings', item);
    }
    // Go reads null as the empty string.
    return new Map(entries.map(([key, item]) => [key, (item ?? '') as string]));
  }

  /** The keys of an object of empty objects, such as ExposedPorts. */
  keys(name: string): readonly string[] | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : Object.keys(assertObject(value, `${name} in ${this.#what}`));
  }

  #error(name: string, wanted: string, value: Json): AssertImageError {
    return new AssertImageError('malformed', `${name} in ${this.#what} is ${describe(value)}, not ${wanted}.`);
  }
}

/** @throws AssertImageError `ambiguous` for a name that Go reads as one of the known ones, `malformed` for no object */
export function assertSpelling(value: Json | undefined, what: string, known: readonly string[]): void {
  const object = assertObject(value, what);
  const canonical = new Map(known.map((name) => [fold(name), name]));
  for (const name of Object.keys(object)) {
    const expected = canonical.get(fold(name));
    if (expected !== undefined && expected !== name) {
      throw new AssertImageError(
        'ambiguous',
        `${what} has the name ${JSON.stringify(name)}, which some clients read as ${JSON.stringify(expected)}.`,
        {
          hint: 'Rebuild the image with a builder that writes the names of the image specification.',
        },
      );
    }
  }
}

/** Go's simple folding as far as ASCII names can meet it. Source: Go encoding/json fold.go. */
function fold(name: string): string {
  return name.replaceAll('\u212a', 'k').replaceAll('\u017f', 's').toLowerCase();
}
