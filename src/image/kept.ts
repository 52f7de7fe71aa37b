import { BYTES_PER_VALUE } from '../base/budget.ts';
import type { Env } from './env.ts';
import type { Descriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import type { PlatformImage } from './platform-image.ts';
import type { StatedProvenance } from './stated-provenance.ts';

const NO_MAP: ReadonlyMap<string, string> = new Map();

/** Drops what only checks need: the raw config and the build history, which can be megabytes. */
export function withoutSources(image: Image): Image {
  const platforms = image.platforms.map((platform) => {
    const { configFile } = platform;
    const env = { ...configFile.config.env, asWritten: NO_MAP };
    const config = { ...configFile.config, env, raw: {} };
    return { ...platform, layers: platform.layers.map(plain), configFile: { ...configFile, history: [], config } };
  });
  return { ...image, platforms };
}

/** A layer is told by its type, digest and size. */
function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size, platform: null, artifactType: null, annotations: NO_MAP };
}

/** Drops all text that the builder chose. Digests, platforms, dates and sizes stay. */
export function withoutTexts(image: Image): Image {
  const platforms = image.platforms.map((platform) => {
    const { configFile } = platform;
    return {
      ...platform,
      manifestAnnotations: NO_MAP,
      descriptorAnnotations: NO_MAP,
      indexAnnotations: NO_MAP,
      layers: [],
      provenance: null,
      configFile: { ...configFile, config: { ...configFile.config, ...NO_TEXTS } },
    };
  });
  return { ...image, platforms, index: image.index && { ...image.index, annotations: NO_MAP } };
}

const NO_ENV: Env = { values: NO_MAP, asWritten: NO_MAP, ambiguous: new Set(), malformed: [], foldsCase: false };
const NO_TEXTS = {
  labels: NO_MAP,
  env: NO_ENV,
  user: '',
  entrypoint: null,
  cmd: null,
  workingDir: '',
  exposedPorts: null,
  volumes: null,
  stopSignal: null,
};

/** Fixed cost of its objects. */
const BYTES_PER_PLATFORM = 1024;
const BYTES_PER_MAP = 256;
/** V8 stores a string with two bytes per character as soon as one is not Latin-1. */
const BYTES_PER_CHAR = 2;

/** Estimated memory of an image, in bytes. */
export function weightOf(image: Image): number {
  const platforms = image.platforms.map(weightOfPlatform);
  const ofIndex = image.index === null ? 0 : ofMap(image.index.annotations) + ofTexts(image.index.platforms);
  const others = ofTexts(image.unchecked) + ofTexts(image.skipped.map(({ reason }) => reason));
  return [...platforms, ofIndex, others].reduce((sum, bytes) => sum + bytes, 0);
}

function weightOfPlatform({ configFile, layers, name, ...platform }: PlatformImage): number {
  const { config, created } = configFile;
  const { env } = config;
  return [
    BYTES_PER_PLATFORM,
    ...[config.labels, env.values, platform.manifestAnnotations, platform.descriptorAnnotations].map(ofMap),
    ...[config.entrypoint, config.cmd, config.exposedPorts, config.volumes, env.malformed, [...env.ambiguous]].map(
      ofTexts,
    ),
    ofTexts(layers.map(({ digest, mediaType }) => digest + mediaType)),
    ofTexts(textsOf(platform.provenance)),
    ofTexts([name, created ?? '', config.user, config.workingDir, config.stopSignal ?? '']),
  ].reduce((sum, bytes) => sum + bytes, 0);
}

function textsOf(provenance: StatedProvenance | null): string[] {
  if (provenance === null) return [];
  if (provenance.kind === 'none') return [provenance.reason];
  if (provenance.kind === 'foreign') return [...provenance.subjects];
  return Object.values(provenance.facts as unknown as Record<string, string | null>).map((text) => text ?? '');
}

function ofMap(map: ReadonlyMap<string, string>): number {
  if (map.size === 0) return 0;
  const entries = [...map].map(([key, value]) => (key.length + value.length) * BYTES_PER_CHAR + 2 * BYTES_PER_VALUE);
  return entries.reduce((sum, bytes) => sum + bytes, BYTES_PER_MAP);
}

function ofTexts(texts: readonly string[] | null): number {
  return (texts ?? []).reduce((sum, text) => sum + text.length * BYTES_PER_CHAR + BYTES_PER_VALUE, 0);
}
