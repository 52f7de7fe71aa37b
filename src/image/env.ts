import { AssertImageError } from '../base/errors.ts';
import { copyOf } from '../base/shorten.ts';

/** Environment variables. A variable with two readings is an error only when it is used. */
export interface Env {
  readonly values: ReadonlyMap<string, string>;
  /** The same, with names as they stand. */
  readonly asWritten: ReadonlyMap<string, string>;
  /** Names with two different values: libc takes the first, most runtimes the last. */
  readonly ambiguous: ReadonlySet<string>;
  /** Entries without `=` or without a name, as they stand. */
  readonly malformed: readonly string[];
  /** On Windows the case of names does not count. */
  readonly foldsCase: boolean;
}

/** For longer entries the name is copied, so that the entry can be freed. */
const MAX_SHARED_CHARS = 1024;

export function parseEnv(entries: readonly string[], foldsCase: boolean): Env {
  const values = new Map<string, string>();
  const asWritten = new Map<string, string>();
  const ambiguous = new Set<string>();
  const malformed: string[] = [];
  for (const entry of entries) {
    const equals = entry.indexOf('=');
    if (equals <= 0) {
      malformed.push(entry);
      continue;
    }
    const written = entry.length > MAX_SHARED_CHARS ? copyOf(entry.slice(0, equals)) : entry.slice(0, equals);
    const name = foldsCase ? written.toUpperCase() : written;
    const value = entry.slice(equals + 1);
    if (values.has(name) && values.get(name) !== value) ambiguous.add(name);
    values.set(name, value);
    asWritten.set(written, value);
  }
  return { values, asWritten, ambiguous, malformed, foldsCase };
}

/**
 * The value of an environment variable, undefined where it is not set.
 *
 * @throws AssertImageError `ambiguous` or `malformed` where the image does not say it in one way only
 */
export function findEnv(env: Env, asked: string): string | undefined {
  const name = env.foldsCase ? asked.toUpperCase() : asked;
  if (env.ambiguous.has(name)) {
    throw new AssertImageError(
      'ambiguous',
      `the image sets the environment variable ${JSON.stringify(asked)} twice, to different values.`,
    );
  }
  if (env.malformed.some((entry) => (env.foldsCase ? entry.toUpperCase() : entry) === name)) {
    throw new AssertImageError('malformed', `the image has an environment entry ${JSON.stringify(asked)} without "=".`);
  }
  return env.values.get(name);
}
