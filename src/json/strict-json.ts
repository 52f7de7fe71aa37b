import { AssertImageError } from '../base/errors.ts';
import { MAX_DEPTH, MAX_VALUES, structureOf } from './structure.ts';

/**
 * JSON as the image specification wants it (I-JSON, no duplicate names), and as Go's parser cannot
 * read otherwise than we do. What two clients may read in two ways is refused (CVE-2021-41190).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * Reads one JSON object from raw bytes.
 *
 * @param what names the document in errors, for example `manifest sha256:…`
 * @throws AssertImageError `malformed` (no JSON, a BOM, invalid UTF-8, trailing data, too deep), `too-large` or
 *   `ambiguous` (a name twice in one object)
 */
export function parseStrictJson(bytes: Uint8Array, what: string): JsonObject {
  const { depth, values } = structureOf(bytes);
  if (depth > MAX_DEPTH) {
    throw new AssertImageError('malformed', `${what} is nested more than ${MAX_DEPTH} levels deep.`);
  }
  if (values > MAX_VALUES) {
    throw new AssertImageError('too-large', `${what} has more than ${MAX_VALUES} names and values; no more are read.`);
  }
  const text = decode(bytes, what);
  const value = parse(text, what);
  assertUniqueNames(text, what);
  return assertObject(value, what);
}

export function assertObject(value: Json | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AssertImageError('malformed', `${what} is ${describe(value)}, not a JSON object.`);
  }
  return value as JsonObject;
}

export function describe(value: Json | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    // ignoreBOM keeps a BOM in the text, where JSON.parse refuses it, as Go does.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AssertImageError('malformed', `${what} is not valid UTF-8.`, { cause });
  }
}

function parse(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // V8's message quotes the text, which is the registry's: leave it out.
    if (/^\s*<(!doctype|html)/i.test(text))
      throw new AssertImageError(
        'malformed',
        `the registry answered with an HTML page, not with ${what.replace(/ sha256:[0-9a-f]{64}/, '')}.`,
        {
          hint: 'Is this the address of a registry, or of a login page in front of it?',
        },
      );
    throw new AssertImageError('malformed', `${what} is not valid JSON.`, {
      hint: 'It may have been cut short or answered by something other than a registry.',
    });
  }
}

/** Walks text that JSON.parse accepted; iterative, for nesting is the sender's choice. */
function assertUniqueNames(text: string, what: string): void {
  const open: (Set<string> | null)[] = [];
  let nameExpected = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null);
      nameExpected = char === '{';
    } else if (char === '}' || char === ']') {
      open.pop();
      nameExpected = false;
    } else if (char === ',') {
      nameExpected = open.at(-1) instanceof Set;
    } else if (char === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (nameExpected && names) {
        const name = JSON.parse(text.slice(at, end)) as string;
        if (names.has(name)) {
          throw new AssertImageError(
            'ambiguous',
            `${what} has ${name.length > 80 ? `a name of ${name.length} characters` : `the name ${JSON.stringify(name)}`} twice in one object.`,
            {
              hint: 'Clients differ in which of the two they read: rebuild the image with a builder that writes each once.',
            },
          );
        }
        names.add(name);
        nameExpected = false;
      }
      at = end - 1;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
