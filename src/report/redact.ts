import { AssertImageError } from '../errors.ts';
import type { Image, PlatformImage } from '../image/image.ts';
import type { Secrets } from '../secrets.ts';
import type { Look, Verdict } from '../verdict.ts';

/**
 * A verdict without our secrets in any text that came from outside. The first of all steps: what is cut,
 * escaped or rendered before could no longer be recognised, and what is redacted after it was rendered
 * could lose the fence around it. References and digests are checked when they are read, and stay.
 */
export function redactVerdict(verdict: Verdict, secrets: Secrets): Verdict {
  return {
    ...verdict,
    skipped: verdict.skipped.map(({ name, reason }) => ({ name, reason: secrets.redact(reason) })),
    looks: verdict.looks.map((look) => redactLook(look, secrets)),
    error: redactError(verdict.error, secrets),
    comparison: verdict.comparison && {
      ...verdict.comparison,
      image: redactImage(verdict.comparison.image, secrets),
      revisions: secrets.redactDeep(verdict.comparison.revisions),
      error: redactError(verdict.comparison.error, secrets),
    },
  };
}

function redactLook(look: Look, secrets: Secrets): Look {
  return {
    ...look,
    image: redactImage(look.image, secrets),
    revisions: secrets.redactDeep(look.revisions),
    checks: secrets.redactDeep(look.checks),
    notices: secrets.redactDeep(look.notices),
    error: redactError(look.error, secrets),
  };
}

function redactError(error: AssertImageError | null, secrets: Secrets): AssertImageError | null {
  if (error === null) return null;
  const hint = error.hint === undefined ? undefined : secrets.redact(error.hint);
  return new AssertImageError(error.code, secrets.redact(error.message), { hint, retryAfterMs: error.retryAfterMs });
}

function redactImage(image: Image | null, secrets: Secrets): Image | null {
  return (
    image && {
      ...image,
      index: secrets.redactDeep(image.index),
      platforms: image.platforms.map((platform) => redactPlatform(platform, secrets)),
      unchecked: secrets.redactDeep(image.unchecked),
      skipped: image.skipped.map(({ digest, reason }) => ({ digest, reason: secrets.redact(reason) })),
    }
  );
}

function redactPlatform(platform: PlatformImage, secrets: Secrets): PlatformImage {
  const { configFile } = platform;
  return {
    ...platform,
    name: secrets.redact(platform.name),
    manifestAnnotations: secrets.redactDeep(platform.manifestAnnotations),
    descriptorAnnotations: secrets.redactDeep(platform.descriptorAnnotations),
    indexAnnotations: secrets.redactDeep(platform.indexAnnotations),
    configFile: {
      ...configFile,
      platform: secrets.redactDeep(configFile.platform),
      created: secrets.redactDeep(configFile.created),
      config: { ...secrets.redactDeep({ ...configFile.config, raw: null }), raw: {} },
    },
    layers: platform.layers.map((layer) => ({ ...layer, mediaType: secrets.redact(layer.mediaType) })),
  };
}
