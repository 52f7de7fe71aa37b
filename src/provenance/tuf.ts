import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { AssertImageError } from '../base/errors.ts';

/** What is fetched from a repository of TUF. */
export interface TufRepository {
  /** The content of a file; null where the repository does not have it. @throws AssertImageError where it cannot be had */
  fetch(path: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** Where a client begins: a root that it has been given, and what it has seen before. */
export interface TufStart {
  /** `root.json` */
  readonly root: Uint8Array;
  /** Of the last visit; null where there was none. Anything older than that has been rolled back. */
  readonly versions: TufVersions | null;
}

export interface TufVersions {
  readonly timestamp: number;
  readonly snapshot: number;
  readonly targets: number;
}

const MAX_ROOT_BYTES = 512 * 1024;
const MAX_METADATA_BYTES = 2 * 1024 * 1024;
/** Sigstore has changed its root some fifteen times in five years. */
const MAX_ROOTS = 32;

/** What a visit found. */
export interface TufVisit {
  readonly target: Uint8Array;
  /** The newest `root.json`. */
  readonly root: Uint8Array;
  readonly versions: TufVersions;
}

/**
 * Fetches one target as the client of the TUF specification does (section 5): roots one after another, timestamp,
 * snapshot, targets. Nothing is kept on disk. The timestamp is asked for together with the next root, which mostly does not exist.
 *
 * @param known the target as it was; fetched only where the repository has another
 * @throws AssertImageError `protocol` for what is badly signed, rolled back or expired; what the repository throws otherwise
 */
export async function visitTuf(
  repository: TufRepository,
  { root: first, versions }: TufStart,
  { name, known }: { readonly name: string; readonly known: Uint8Array },
): Promise<TufVisit> {
  const store = new TrustedMetadataStore(Buffer.from(first));
  const timestamp = repository.fetch('timestamp.json', MAX_METADATA_BYTES);
  // It is waited for below; until then its failure is not unhandled.
  timestamp.catch(() => {});
  const root = (await updateRoots(store, repository)) ?? first;
  const has = async (file: string, bytes: Promise<Uint8Array | null>): Promise<Buffer> => {
    const content = await bytes;
    if (content === null) throw new AssertImageError('unavailable', `the repository of trusted roots has no ${file}.`);
    return Buffer.from(content);
  };
  const metadata = (file: string): Promise<Buffer> => has(file, repository.fetch(file, MAX_METADATA_BYTES));
  const timestampBytes = await has('timestamp.json', timestamp);
  trust(() => store.updateTimestamp(timestampBytes));
  const snapshotVersion = trust(() => store.timestamp?.signed.snapshotMeta.version ?? 0);
  // As the root says: files of a version each, or one that is overwritten.
  const at = (version: number): string => (store.root.signed.consistentSnapshot ? `${version}.` : '');
  const snapshotBytes = await metadata(`${at(snapshotVersion)}snapshot.json`);
  trust(() => store.updateSnapshot(snapshotBytes));
  const targetsVersion = trust(() => store.snapshot?.signed.meta['targets.json']?.version ?? 0);
  const targetsBytes = await metadata(`${at(targetsVersion)}targets.json`);
  trust(() => store.updateDelegatedTargets(targetsBytes, 'targets', 'root'));
  const seen = { timestamp: store.timestamp?.signed.version ?? 0, snapshot: snapshotVersion, targets: targetsVersion };
  assertNotOlder(seen, versions);
  return { target: await targetOf(store, repository, name, known), root, versions: seen };
}

/** The newest root that the repository has, in bytes; null where it is the one that we began with. */
async function updateRoots(store: TrustedMetadataStore, repository: TufRepository): Promise<Uint8Array | null> {
  let newest: Uint8Array | null = null;
  for (let count = 0; count < MAX_ROOTS; count += 1) {
    const bytes = await repository.fetch(`${store.root.signed.version + 1}.root.json`, MAX_ROOT_BYTES);
    if (bytes === null) return newest;
    trust(() => store.updateRoot(Buffer.from(bytes)));
    newest = bytes;
  }
  return newest;
}

async function targetOf(
  store: TrustedMetadataStore,
  repository: TufRepository,
  name: string,
  known: Uint8Array,
): Promise<Uint8Array> {
  const target = store.targets?.signed.targets?.[name];
  if (!target) throw untrusted(`it has no ${name}`);
  const isIt = async (bytes: Uint8Array): Promise<boolean> => {
    const { Readable } = await import('node:stream');
    return target.verify(Readable.from([Buffer.from(bytes)])).then(
      () => true,
      () => false,
    );
  };
  if (await isIt(known)) return known;
  const hash = target.hashes['sha256'] ?? Object.values(target.hashes)[0] ?? '';
  if (target.length > MAX_METADATA_BYTES) throw untrusted(`its ${name} has ${target.length} bytes`);
  const prefix = store.root.signed.consistentSnapshot ? `${hash}.` : '';
  const bytes = await repository.fetch(`targets/${prefix}${name}`, target.length);
  if (bytes === null) throw new AssertImageError('unavailable', `the repository of trusted roots has no ${name}.`);
  if (!(await isIt(bytes))) throw untrusted(`its ${name} is not what its list says`);
  return bytes;
}

function assertNotOlder(seen: TufVersions, known: TufVersions | null): void {
  for (const name of ['timestamp', 'snapshot', 'targets'] as const)
    if (known !== null && seen[name] < known[name])
      throw untrusted(`its ${name} has been rolled back from ${known[name]} to ${seen[name]}`);
}

/** Runs a step of the library, whose every failure means that what came is not to be trusted. */
function trust<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw untrusted(cause instanceof Error ? cause.message.slice(0, 200) : 'unknown', cause);
  }
}

function untrusted(seen: string, cause?: unknown): AssertImageError {
  return new AssertImageError('protocol', `the repository of trusted roots is not to be trusted: ${seen}.`, {
    hint: 'Something between here and Sigstore changes its files, or they have expired. No older root is used instead; trusted-root takes a file.',
    cause,
  });
}
