import { BYTES_PER_VALUE } from '../base/budget.ts';
import type { Descriptor } from './descriptor.ts';
import { shorten } from '../base/shorten.ts';
import type { Image, PlatformImage } from './image.ts';

/** An image without what only checks read: its config as it stands, and its build history, can be megabytes. */
export function withoutSources(image: Image): Image {
  const platforms = image.platforms.map((platform) => {
    const { configFile } = platform;
    const env = { ...configFile.config.env, asWritten: new Map() };
    const config = { ...configFile.config, env, raw: {} };
    return { ...platform, layers: platform.layers.map(bare), configFile: { ...configFile, history: [], config } };
  });
  return { ...image, platforms };
}

/** A layer is told by its type, digest and size. */
function bare({ mediaType, digest, size, platform, artifactType }: Descriptor): Descriptor {
  return { mediaType, digest, size, platform, artifactType, annotations: NO_ANNOTATIONS };
}

const NO_ANNOTATIONS: ReadonlyMap<string, string> = new Map();

/** The same with no text longer than a line: of all labels that are told, hardly any is. */
export function withShortTexts(image: Image): Image {
  const ofMap = (map: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...map].map(([key, value]) => [key, short(value)]));
  const ofList = <T extends readonly string[] | null>(list: T): T =>
    list && (list.map(short) as readonly string[] as T);
  const index = image.index && { ...image.index, annotations: ofMap(image.index.annotations) };
  const platforms = image.platforms.map((platform) => {
    const { config } = platform.configFile;
    const shortened = {
      ...config,
      labels: ofMap(config.labels),
      env: { ...config.env, values: ofMap(config.env.values), malformed: ofList(config.env.malformed) },
      user: short(config.user),
      workingDir: short(config.workingDir),
      stopSignal: config.stopSignal && short(config.stopSignal),
      entrypoint: ofList(config.entrypoint),
      cmd: ofList(config.cmd),
      exposedPorts: ofList(config.exposedPorts),
      volumes: ofList(config.volumes),
    };
    return {
      ...platform,
      indexAnnotations: index?.annotations ?? NO_ANNOTATIONS,
      manifestAnnotations: ofMap(platform.manifestAnnotations),
      descriptorAnnotations: ofMap(platform.descriptorAnnotations),
      configFile: { ...platform.configFile, config: shortened },
    };
  });
  return { ...image, index, platforms };
}

/** Of a kept text that is longer than this, the beginning stays. */
export const SHORT_CHARS = 200;

function short(text: string): string {
  return shorten(text, SHORT_CHARS);
}

/** Of its objects, however little they say. */
const BYTES_PER_PLATFORM = 2048;

/** About what an image takes in memory, in bytes. */
export function weightOf(image: Image): number {
  const ofMap = (map: ReadonlyMap<string, string>): number =>
    [...map].reduce((sum, [key, value]) => sum + key.length + value.length + 2 * BYTES_PER_VALUE, 0);
  const ofList = (list: readonly unknown[] | null): number =>
    (list ?? []).reduce<number>(
      (sum, item) => sum + (typeof item === 'string' ? item.length : 0) + 3 * BYTES_PER_VALUE,
      0,
    );
  const ofPlatform = ({ configFile: { config }, layers, ...platform }: PlatformImage): number =>
    [config.labels, config.env.values, platform.manifestAnnotations, platform.descriptorAnnotations]
      .map(ofMap)
      .concat([layers, config.entrypoint, config.cmd, config.exposedPorts, config.volumes].map(ofList))
      .concat(ofList([config.user, config.workingDir, config.stopSignal]), ofList(config.env.malformed))
      .reduce((sum, bytes) => sum + bytes, BYTES_PER_PLATFORM);
  const ofIndex = image.index === null ? 0 : ofMap(image.index.annotations);
  return image.platforms.map(ofPlatform).reduce((sum, bytes) => sum + bytes, ofIndex + ofList(image.skipped));
}
