import type { Json, JsonObject } from './strict-json.ts';
import { isReadable, structureOf } from './structure.ts';

/**
 * Parses JSON other than manifests and configs: errors, tokens, lists, configurations. Undefined if it is invalid or too
 * deep to parse quickly. Errors never quote the text, because it may hold secrets.
 */
export function parseJson(text: Uint8Array | string): Json | undefined {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  if (!isReadable(structureOf(bytes))) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

/** The same where an object is wanted: null for anything else. */
export function parseJsonObject(text: Uint8Array | string): JsonObject | null {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
