import type { CelInput } from '@bufbuild/cel';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate, TimestampSchema } from '@bufbuild/protobuf/wkt';
import type { Env } from '../../image/env.ts';
import { annotationsOf } from '../../image/annotations.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { ProvenanceFacts } from '../../image/stated-provenance.ts';
import type { Identity } from '../../provenance/identity.ts';
import type { Run } from '../../inputs/run.ts';
import { parseRfc3339 } from '../../json/rfc3339.ts';
import type { Json } from '../../json/strict-json.ts';
import type { CelFacts } from './environment.ts';

/** What an expression is asked about besides the platform. */
export interface CelContext {
  /** That the platform belongs to. */
  readonly image: Pick<Image, 'digest' | 'index'>;
  readonly reference: string;
  readonly tag: string | null;
  readonly run: Pick<Run, 'commit' | 'ref' | 'repository' | 'event' | 'github'>;
  readonly now: Date;
  /** What all expressions on this image have taken so far. */
  celSpentMs?: number;
}

/**
 * The variables of the contract with their CEL types: `created` and `now` are timestamps, sizes
 * integers, labels, env and annotations maps. What the image does not say is an absent key.
 */
export function celFactsOf(
  platform: PlatformImage,
  { image, reference, tag, run, now }: CelContext,
  signed: Identity | null = null,
): CelFacts {
  const { config, created, history } = platform.configFile;
  const date = created === null ? null : parseRfc3339(created);
  return {
    image: map({
      reference,
      ...(tag === null ? {} : { tag }),
      digest: image.digest,
      platform: platform.name,
      labels: config.labels,
      ...(isClear(config.env) ? { env: envOf(config.env) } : {}),
      annotations: annotationsOf(platform),
      config: toCel(config.raw),
      ...(date === null ? {} : { created: create(TimestampSchema, date) }),
      size: BigInt(platform.size),
      layers: platform.layers.map(({ digest, size, mediaType }) => map({ digest, size: BigInt(size), mediaType })),
      history: history.map(toCel),
      ...(platform.provenance?.kind === 'stated' ? { provenance: statedOf(platform.provenance.facts) } : {}),
    }),
    index: map({
      platforms: image.index?.platforms ?? [platform.name],
      annotations: image.index?.annotations ?? new Map<string, string>(),
    }),
    ...(signed === null ? {} : { provenance: signedOf(signed) }),
    now: timestampFromDate(now),
    run: runOf(run),
    ...(run.github === undefined ? {} : { github: map(run.github) }),
  };
}

/** From the certificate only; what it does not say is an absent key. */
function signedOf(identity: Identity): CelInput {
  return map(Object.fromEntries(SIGNED.flatMap((key) => (identity[key] ? [[key, identity[key]]] : []))));
}

const SIGNED = [
  'signer',
  'signerDigest',
  'config',
  'source',
  'revision',
  'ref',
  'runner',
  'trigger',
  'run',
  'visibility',
  'environment',
] as const;

/** What the CI does not say is an absent key. */
function runOf({ commit, ref, repository, event }: CelContext['run']): CelInput {
  const texts = { commit: typeof commit === 'string' ? commit : '', ref, repository, event };
  return map(Object.fromEntries(Object.entries(texts).flatMap(([key, value]) => (value ? [[key, value]] : []))));
}

/** What the provenance does not say is an absent key. */
function statedOf({ predicateType, buildType, builder, revision, source, entryPoint }: ProvenanceFacts): CelInput {
  const texts = { predicateType, buildType, builder, revision, source, entryPoint };
  return map(Object.fromEntries(Object.entries(texts).filter(([, text]) => text)));
}

/** Variables that can be read in two ways are left out whole: an absent key is never true. */
function isClear(env: Env): boolean {
  return env.ambiguous.size === 0 && env.malformed.length === 0;
}

/** Names as they stand; on Windows, where case does not count, also in capitals. */
function envOf(env: Env): Map<string, string> {
  return new Map([...env.asWritten, ...env.values]);
}

/** Maps, not objects: `__proto__` and `constructor` are keys like any other. */
function map(fields: Readonly<Record<string, CelInput>>): CelInput {
  return new Map(Object.entries(fields));
}

/** JSON has one kind of number, CEL has two: whole ones are integers. */
function toCel(value: Json): CelInput {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  // null is absent (image-spec config.md): `"User": null` runs as root, as no User does.
  const present = Object.entries(value).filter(([, item]) => item !== null);
  return new Map(present.map(([key, item]) => [key, toCel(item)]));
}
