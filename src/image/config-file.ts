import { AssertImageError } from '../base/errors.ts';
import type { Digest } from '../reference/digest.ts';
import { isImageLayer, VAGUE_CONFIGS } from './media-types.ts';
import { type ConfigFile, parseConfigFile } from './config.ts';
import type { Manifest } from './manifest.ts';
import { notAnImageError } from './document-kind.ts';
import type { Reading } from './reading.ts';

/**
 * The config of a manifest that a runtime could start.
 *
 * @throws AssertImageError `not-an-image` for what only looks like one: cosign 2 writes its signatures with an
 *   image's config, without a platform and without a layer of an image. (Images of WebAssembly have a platform.)
 */
export async function readConfigFile(reading: Reading, digest: Digest, manifest: Manifest): Promise<ConfigFile> {
  const { config, layers } = manifest;
  const bytes = await reading.blob(digest, config, 'config');
  const what = `the config ${config.digest}`;
  if (VAGUE_CONFIGS.has(config.mediaType)) return parseVague(bytes, what, config.mediaType);
  const configFile = parseConfigFile(bytes, what);
  const { os, architecture } = configFile.platform;
  const hasImageLayer = layers.length === 0 || layers.some(({ mediaType }) => isImageLayer(mediaType));
  if (os === '' && architecture === '' && !hasImageLayer) {
    throw notAnImageError(`it names no platform, and its layers are ${JSON.stringify(layers[0]?.mediaType)}`, what);
  }
  return configFile;
}

/** Docker starts it regardless of its type, so a config that we cannot read is not proof of anything. */
function parseVague(bytes: Uint8Array, what: string, mediaType: string): ConfigFile {
  try {
    return parseConfigFile(bytes, what);
  } catch (error) {
    if (!(error instanceof AssertImageError) || error.code !== 'malformed') throw error;
    throw new AssertImageError(
      'ambiguous',
      `${what} is ${JSON.stringify(mediaType)}, which Docker takes for an image, and cannot be read as one: ${error.message}`,
    );
  }
}
