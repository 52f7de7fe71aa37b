import { X509Certificate } from 'node:crypto';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { AssertImageError } from '../base/errors.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import { type Instance, isInstance, OWN_INSTANCE, PUBLIC_INSTANCE } from './identity.ts';

/** What an instance of Sigstore is trusted by: its authorities, its logs, its clocks. */
export interface TrustedRoot {
  /** The organisation that all its certificate authorities carry. */
  readonly instance: Instance;
  readonly material: TrustMaterial;
  /** It has transparency logs. */
  readonly hasLogs: boolean;
}

const PRINTED = 'Write one JSON document a line, as "gh attestation trusted-root" prints them.';

/** At most one for each instance: never merged, for each has a policy of its own. */
export type TrustedRoots = ReadonlyMap<Instance, TrustedRoot>;

/** Reads one document of Sigstore's `trustedroot.v1+json`. @throws AssertImageError `input` */
export function parseTrustedRoot(bytes: Uint8Array, what: string): TrustedRoot {
  const root = readMessage(bytes, what);
  const instances = new Set(root.certificateAuthorities.flatMap(({ certChain }) => organisationsOf(certChain)));
  const [instance] = instances;
  if (instances.size !== 1 || !isInstance(instance)) {
    const seen = [...instances].map((name) => JSON.stringify(String(name).slice(0, 80))).join(', ') || 'none';
    throw new AssertImageError(
      'input',
      `${what}: its certificate authorities must all be of ${PUBLIC_INSTANCE} or all of ${OWN_INSTANCE}; they are of ${seen}.`,
      { hint: PRINTED },
    );
  }
  const hasLogs = root.tlogs.length > 0;
  if (instance === OWN_INSTANCE && hasLogs)
    throw new AssertImageError('input', `${what}: an instance that keeps no transparency log comes with one.`, {
      hint: PRINTED,
    });
  return { instance, material: materialOf(root, what), hasLogs };
}

/** Several documents, one per line. @throws AssertImageError `input` */
export function parseTrustedRoots(text: string, name: string): TrustedRoots {
  const lines = text.split(/\r?\n/).map((line, at) => ({ line, what: `${name}, line ${at + 1}` }));
  const documents = lines.filter(({ line }) => line.trim() !== '');
  const roots = new Map<Instance, TrustedRoot>();
  for (const { line, what } of documents) {
    const root = parseTrustedRoot(Buffer.from(line), what);
    if (roots.has(root.instance))
      throw new AssertImageError('input', `${what}: it is the second root of ${root.instance}.`, {
        hint: 'Two roots of one instance are never merged: leave one.',
      });
    roots.set(root.instance, root);
  }
  if (roots.size === 0) throw new AssertImageError('input', `${name}: it holds no trusted root.`, { hint: PRINTED });
  return roots;
}

function readMessage(bytes: Uint8Array, what: string): TrustedRootMessage {
  try {
    return TrustedRootMessage.fromJSON(parseStrictJson(bytes, what));
  } catch (cause) {
    const seen = cause instanceof AssertImageError ? cause.message : `${what} cannot be read as a trusted root.`;
    throw new AssertImageError('input', seen, {
      hint: PRINTED,
      cause,
    });
  }
}

function materialOf(root: TrustedRootMessage, what: string): TrustMaterial {
  try {
    return toTrustMaterial(root);
  } catch (cause) {
    throw new AssertImageError('input', `${what} holds a key or certificate that cannot be read.`, {
      hint: PRINTED,
      cause,
    });
  }
}

/** Of every certificate in a chain, as its subject says; undefined for one that has none or several. */
function organisationsOf(chain: { certificates: readonly { rawBytes: Uint8Array }[] } | undefined): unknown[] {
  return (chain?.certificates ?? []).map(({ rawBytes }) => organisationOf(rawBytes, 'subject'));
}

/** The organisation of a certificate's subject or issuer; undefined where it is not exactly one text. */
export function organisationOf(der: Uint8Array, whose: 'subject' | 'issuer'): string | undefined {
  try {
    const name: unknown = (new X509Certificate(der).toLegacyObject()[whose] as { O?: unknown } | undefined)?.O;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
