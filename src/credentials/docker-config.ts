import { homedir } from 'node:os';
import path from 'node:path';
import { AssertImageError } from '../base/errors.ts';
import { parseJson } from '../json/loose-json.ts';
import { readRegularFile } from '../base/read-file.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { type AuthEntry, type Auths, type CredentialStore, findAuth, helperKey, readAuthEntry } from './credentials.ts';

/** What we read of docker's config.json or of containers' auth.json. */
interface DockerConfig {
  readonly auths: Auths;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | null;
}

/**
 * The places where other tools leave credentials, in order of precedence: the variable of docker's
 * CLI, its file, and the files of podman, buildah and skopeo (containers-auth.json.5).
 */
export function dockerConfigStores(env: NodeJS.ProcessEnv, signal: AbortSignal): CredentialStore[] {
  const home = env['HOME'] || homedir();
  const files = [
    env['DOCKER_CONFIG'] ? path.join(env['DOCKER_CONFIG'], 'config.json') : path.join(home, '.docker', 'config.json'),
    env['REGISTRY_AUTH_FILE'],
    env['XDG_RUNTIME_DIR'] && path.join(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json'),
    path.join(env['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'containers', 'auth.json'),
  ].filter((file): file is string => file !== undefined && file !== '');
  const variable = env['DOCKER_AUTH_CONFIG'];
  return [
    ...(variable ? [storeOf(async () => variable, 'DOCKER_AUTH_CONFIG', env, signal)] : []),
    ...files.map((file) => storeOf(() => readIfThere(file), file, env, signal)),
  ];
}

/** A store over one text, read at the first question and once. */
function storeOf(
  read: () => Promise<string | null>,
  name: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): CredentialStore {
  let config: Promise<DockerConfig | null> | undefined;
  return async (registry, repository) => {
    config ??= read().then((text) => (text === null ? null : parseDockerConfig(text, name)));
    const known = await config;
    if (known === null) return null;
    const helper = findHelper(known, registry);
    if (helper !== null) return askCredentialHelper(helper, helperKey(registry), env, signal);
    const found = findAuth(known.auths, registry, repository);
    return found && readAuthEntry(found[1], `${name} (${JSON.stringify(found[0])})`);
  };
}

/** A helper for this very host, else the store for all. Where there is one, `auths` is not asked (as docker does). */
function findHelper({ credHelpers, credsStore }: DockerConfig, registry: string): string | null {
  const hosts = registry === 'docker.io' ? ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io'] : [registry];
  for (const host of hosts) {
    const helper = credHelpers.get(host);
    // An empty name says that this host has none, also where there is a store for all (docker/cli, GetCredentialsStore).
    if (helper !== undefined) return helper || null;
  }
  return credsStore;
}

/** A hundred registries have 50 kB. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

async function readIfThere(file: string): Promise<string | null> {
  try {
    return readRegularFile(file, MAX_CONFIG_BYTES).toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadableError(file, `it cannot be read (${code})`);
  }
}

function parseDockerConfig(text: string, name: string): DockerConfig {
  const json = parseJson(text);
  // The text holds credentials: say no more of it.
  if (json === undefined) throw unreadableError(name, 'it is not valid JSON');
  const root = asObject(json, name, 'it');
  const auths = asObject(root['auths'] ?? {}, name, '"auths"');
  const credHelpers = asObject(root['credHelpers'] ?? {}, name, '"credHelpers"');
  return {
    auths: new Map(Object.entries(auths).map(([key, value]) => [key, readEntry(value, name)])),
    credHelpers: new Map(
      Object.entries(credHelpers).map(([key, value]) => [key, asText(value, name, '"credHelpers"')]),
    ),
    credsStore: root['credsStore'] ? asText(root['credsStore'], name, '"credsStore"') : null,
  };
}

const ENTRY_NAMES = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'] as const;

function readEntry(value: unknown, name: string): AuthEntry {
  const object = asObject(value, name, 'an entry of "auths"');
  const texts = ENTRY_NAMES.filter((key) => object[key]).map((key) => [
    key,
    asText(object[key], name, 'an entry of "auths"'),
  ]);
  return Object.fromEntries(texts) as AuthEntry;
}

function asObject(value: unknown, name: string, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unreadableError(name, `${what} is not a JSON object`);
}

function asText(value: unknown, name: string, what: string): string {
  if (typeof value === 'string') return value;
  throw unreadableError(name, `${what} holds something that is not text`);
}

function unreadableError(name: string, reason: string): AssertImageError {
  return new AssertImageError('credentials', `the docker configuration ${name} cannot be used: ${reason}.`, {
    hint: 'Fix or remove it. It is not skipped: the registry would then be asked without credentials.',
  });
}
