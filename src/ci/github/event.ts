import { parseJsonObject } from '../../json/loose-json.ts';
import { readRegularFile } from '../../base/read-file.ts';

/** What the workflow run is about. Empty strings where the runner says nothing. */
export interface RunEvent {
  readonly name: string;
  readonly sha: string;
  readonly ref: string;
  /** `owner/name` */
  readonly repository: string;
  /** The webhook's payload; empty where there is none. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export function readEvent(env: NodeJS.ProcessEnv): RunEvent {
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    payload: readPayload(env['GITHUB_EVENT_PATH']),
  };
}

/** GitHub delivers no larger webhook. */
const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

/** An unreadable payload counts as empty; code that needs a field reports it as missing. */
function readPayload(file: string | undefined): Readonly<Record<string, unknown>> {
  if (!file) return {};
  try {
    return parseJsonObject(readRegularFile(file, MAX_PAYLOAD_BYTES)) ?? {};
  } catch {
    return {};
  }
}

/** A value inside a payload by its path, undefined where any step of it is missing. */
export function payloadText({ payload }: RunEvent, ...path: readonly string[]): string | undefined {
  let value: unknown = payload;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === 'string' ? value : undefined;
}
