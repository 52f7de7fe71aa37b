import { type AssertImageError, reworded } from '../base/errors.ts';
import type { Finding } from '../expectations/provenance/finding.ts';
import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { Secrets } from '../base/secrets.ts';
import { fillErrorHints, type Hints } from '../base/hints.ts';
import type { Look, Verdict } from '../gate/verdict.ts';

/** What is taken out of a verdict's texts, and what is put in for the marks of hints. */
export interface Cleaning {
  readonly secrets: Secrets;
  readonly hints: Hints;
}

/**
 * Removes our secrets from all text that came from outside, and fills in the CI's hints. The first of all steps: what is cut,
 * escaped or rendered before could no longer be recognised, and what is redacted after it was rendered
 * could lose the fence around it. References and digests are checked when they are read, and stay.
 */
export function cleanVerdict(verdict: Verdict, clean: Cleaning): Verdict {
  const { secrets } = clean;
  return {
    ...verdict,
    skipped: verdict.skipped.map(({ name, reason }) => ({ name, reason: secrets.redact(reason) })),
    looks: verdict.looks.map((look) => cleanLook(look, clean)),
    error: cleanError(verdict.error, clean),
    comparison: verdict.comparison && {
      ...verdict.comparison,
      image: redactImage(verdict.comparison.image, secrets),
      revisions: secrets.redactDeep(verdict.comparison.revisions),
      error: cleanError(verdict.comparison.error, clean),
    },
  };
}

function cleanLook(look: Look, clean: Cleaning): Look {
  const { secrets } = clean;
  return {
    ...look,
    image: redactImage(look.image, secrets),
    revisions: secrets.redactDeep(look.revisions),
    checks: secrets.redactDeep(look.checks),
    notices: secrets.redactDeep(look.notices),
    provenance: cleanFinding(look.provenance, clean),
    error: cleanError(look.error, clean),
  };
}

function cleanFinding(finding: Finding | null, clean: Cleaning): Finding | null {
  if (finding === null) return null;
  const { error, ...texts } = finding;
  return { ...clean.secrets.redactDeep(texts), error: cleanError(error, clean) };
}

function cleanError(error: AssertImageError | null, { secrets, hints }: Cleaning): AssertImageError | null {
  if (error === null) return null;
  const filled = fillErrorHints(error, hints);
  return reworded(filled, secrets.redact(filled.message), filled.hint && secrets.redact(filled.hint));
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
    provenance: secrets.redactDeep(platform.provenance),
    layers: platform.layers.map((layer) => ({ ...layer, mediaType: secrets.redact(layer.mediaType) })),
  };
}
