/** A repository of TUF in memory, with keys of its own: fresh, rotated, expired, rolled back or badly signed. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Key, MetaFile, Metadata, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { AssertImageError } from '../../src/base/errors.ts';
import type { TufRepository } from '../../src/provenance/tuf.ts';

const SPEC = '1.0.0';
const FUTURE = '2099-01-01T00:00:00Z';

class KeyPair {
  readonly key: Key;
  readonly #private: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const meta = {
      keyType: 'ecdsa-sha2-nistp256',
      scheme: 'ecdsa-sha2-nistp256',
      keyVal: { public: String(publicKey.export({ format: 'pem', type: 'spki' })) },
    };
    this.key = new Key({ keyID: hashOf(Buffer.from(JSON.stringify(meta))), ...meta });
    this.#private = privateKey;
  }

  sign(signed: Root | Timestamp | Snapshot | Targets): Buffer {
    const metadata = new Metadata(signed);
    metadata.sign(
      (data) => new Signature({ keyID: this.key.keyID, sig: sign('sha256', data, this.#private).toString('hex') }),
    );
    return Buffer.from(JSON.stringify(metadata.toJSON()));
  }
}

export interface TufOptions {
  readonly versions?: { readonly timestamp?: number; readonly snapshot?: number; readonly targets?: number };
  readonly expires?: {
    readonly timestamp?: string;
    readonly snapshot?: string;
    readonly targets?: string;
    readonly root?: string;
  };
  /** Signs this role with a key that is not of the repository. */
  readonly forged?: 'timestamp' | 'snapshot' | 'targets' | 'root';
  /** In place of what the target's list says. */
  readonly targetBytes?: Uint8Array;
  readonly target?: string | null;
  /** Roots beyond the first. */
  readonly rotations?: number;
  readonly rootVersion?: number;
  readonly isConsistent?: boolean;
}

export class TestTuf implements TufRepository {
  readonly files = new Map<string, Uint8Array>();
  readonly asked: string[] = [];
  readonly firstRoot: Uint8Array;
  /** What goes wrong before any file is found. */
  failure: AssertImageError | null = null;
  readonly #keys = new KeyPair();
  readonly #other = new KeyPair();

  constructor(content: Uint8Array, options: TufOptions = {}) {
    this.firstRoot = this.#root(1, {});
    this.publish(content, options);
  }

  publish(content: Uint8Array, options: TufOptions = {}): void {
    const {
      versions = {},
      expires = {},
      forged,
      target = 'trusted_root.json',
      rotations = 0,
      isConsistent = true,
    } = options;
    const { timestamp = 1, snapshot = 1, targets = 1 } = versions;
    const by = (role: string): KeyPair => (forged === role ? this.#other : this.#keys);
    const at = (version: number): string => (isConsistent ? `${version}.` : '');
    const list = new Targets({ version: targets, specVersion: SPEC, expires: expires.targets ?? FUTURE });
    if (target !== null)
      list.addTarget(new TargetFile({ path: target, length: content.length, hashes: { sha256: hashOf(content) } }));
    const targetsBytes = by('targets').sign(list);
    const snapshotBytes = by('snapshot').sign(
      new Snapshot({
        version: snapshot,
        specVersion: SPEC,
        expires: expires.snapshot ?? FUTURE,
        meta: { 'targets.json': fileOf(targetsBytes, targets) },
      }),
    );
    this.files.set(`${at(targets)}targets.json`, targetsBytes);
    this.files.set(`${at(snapshot)}snapshot.json`, snapshotBytes);
    this.files.set(
      'timestamp.json',
      by('timestamp').sign(
        new Timestamp({
          version: timestamp,
          specVersion: SPEC,
          expires: expires.timestamp ?? FUTURE,
          snapshotMeta: fileOf(snapshotBytes, snapshot),
        }),
      ),
    );
    this.files.set(`targets/${isConsistent ? `${hashOf(content)}.` : ''}${target}`, options.targetBytes ?? content);
    for (let version = 2; version < 2 + rotations; version += 1)
      this.files.set(`${version}.root.json`, this.#root(options.rootVersion ?? version, options));
  }

  #root(version: number, { expires = {}, forged, isConsistent = true }: TufOptions): Buffer {
    const root = new Root({
      version,
      specVersion: SPEC,
      expires: expires.root ?? FUTURE,
      consistentSnapshot: isConsistent,
    });
    for (const role of ['root', 'snapshot', 'targets', 'timestamp']) root.addKey(this.#keys.key, role);
    return (forged === 'root' ? this.#other : this.#keys).sign(root);
  }

  async fetch(path: string): Promise<Uint8Array | null> {
    this.asked.push(path);
    if (this.failure) throw this.failure;
    return this.files.get(path) ?? null;
  }
}

function fileOf(bytes: Uint8Array, version: number): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: hashOf(bytes) } });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
