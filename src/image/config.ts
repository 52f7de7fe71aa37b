import { normalizePlatform, type Platform } from '../reference/platform.ts';
import { assertSpelling, Fields } from '../json/fields.ts';
import { parseRfc3339 } from '../json/rfc3339.ts';
import { type Env, parseEnv } from './env.ts';
import { parseStrictJson, type Json, type JsonObject } from '../json/strict-json.ts';

/** The whole config JSON of an image. Source: opencontainers/image-spec config.md. */
export interface ConfigFile {
  /** Normalised; empty strings where the config says nothing. */
  readonly platform: Platform;
  /** RFC 3339 as it stands, null where it is absent or no date. */
  readonly created: string | null;
  readonly config: Config;
  /** Build history. May hold build secrets: in no report. */
  readonly history: readonly Json[];
  readonly diffIds: number;
}

/** Its inner `config` object. Null: the field is absent, which some users tell from empty. */
interface Config {
  readonly labels: ReadonlyMap<string, string>;
  readonly env: Env;
  readonly user: string;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workingDir: string;
  readonly exposedPorts: readonly string[] | null;
  readonly volumes: readonly string[] | null;
  readonly stopSignal: string | null;
  /** As it stands, checked and with its names unambiguous. */
  readonly raw: JsonObject;
}

const FILE_NAMES = [
  'created',
  'author',
  'architecture',
  'os',
  'os.version',
  'os.features',
  'variant',
  'config',
  'rootfs',
  'history',
];
const CONFIG_NAMES = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
  'Memory',
  'MemorySwap',
  'CpuShares',
  'Healthcheck',
  'OnBuild',
  'Shell',
  'Hostname',
  'Domainname',
  'AttachStdin',
  'AttachStdout',
  'AttachStderr',
  'Tty',
  'OpenStdin',
  'StdinOnce',
  'Image',
  'NetworkDisabled',
  'MacAddress',
  'StopTimeout',
];
const HEALTHCHECK_NAMES = ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'];
const HISTORY_NAMES = ['created', 'created_by', 'author', 'comment', 'empty_layer'];

/** @throws AssertImageError `malformed` or `ambiguous` */
export function parseConfigFile(bytes: Uint8Array, what: string): ConfigFile {
  const fields = new Fields(parseStrictJson(bytes, what), what, FILE_NAMES);
  const platform = normalizePlatform({
    os: fields.shortString('os') ?? '',
    architecture: fields.shortString('architecture') ?? '',
    variant: fields.shortString('variant') ?? '',
    osVersion: fields.shortString('os.version') ?? '',
  });
  const rootfs = fields.has('rootfs')
    ? new Fields(fields.value('rootfs'), `rootfs of ${what}`, ['type', 'diff_ids']).list('diff_ids')
    : undefined;
  return {
    platform,
    created: readDate(fields.shortString('created')),
    // Only `config`: `container_config` is the builder's last container and never asked.
    config: parseConfig(fields.value('config') ?? {}, `config in ${what}`, platform.os === 'windows'),
    history: readHistory(fields.list('history') ?? [], what),
    diffIds: rootfs?.length ?? 0,
  };
}

function readDate(text: string | undefined): string | null {
  return text !== undefined && parseRfc3339(text) !== null ? text : null;
}

/** Expressions read it, so that its names have to be unambiguous too. */
function readHistory(entries: readonly Json[], what: string): readonly Json[] {
  for (const [at, entry] of entries.entries())
    if (entry !== null) assertSpelling(entry, `history ${at + 1} of ${what}`, HISTORY_NAMES);
  return entries;
}

function parseConfig(value: Json, what: string, foldsCase: boolean): Config {
  const fields = new Fields(value, what, CONFIG_NAMES);
  if (fields.has('Healthcheck'))
    assertSpelling(fields.value('Healthcheck'), `Healthcheck in ${what}`, HEALTHCHECK_NAMES);
  return {
    labels: fields.stringMap('Labels'),
    env: parseEnv(fields.strings('Env') ?? [], foldsCase),
    user: fields.string('User') ?? '',
    entrypoint: fields.strings('Entrypoint') ?? null,
    cmd: fields.strings('Cmd') ?? null,
    workingDir: fields.string('WorkingDir') ?? '',
    exposedPorts: fields.keys('ExposedPorts') ?? null,
    volumes: fields.keys('Volumes') ?? null,
    stopSignal: fields.string('StopSignal') ?? null,
    raw: value as JsonObject,
  };
}
