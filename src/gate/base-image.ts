import type { RoundBudget } from '../base/budget.ts';
import { Deadline } from '../base/deadline.ts';
import type { Check } from '../expectations/check.ts';
import { annotationOf } from '../image/annotations.ts';
import { type Image, readImage } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import { tryParseDigest } from '../reference/digest.ts';
import { parseReference, type Reference, tagOrDigest } from '../reference/reference.ts';
import type { Settings } from '../settings/settings.ts';
import type { Registries, Trust } from '../registry/registries.ts';

/** This lane and below: each look has one for its base image. */
const BASE_LANE = -1000;
const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * Adds "inherited from …" to failed checks whose value is the base image's own. Only for failures,
 * and only an explanation: a fault here changes nothing.
 */
export async function explainInherited(
  checks: readonly Check[],
  { image, reference, deadline: look }: Looked,
  { registries, settings, budget }: Shared,
): Promise<readonly Check[]> {
  const suspects = checks.filter(
    (check) =>
      !check.holds &&
      check.actual !== null &&
      /^(revision|contains-commit|signer-workflow|label) /.test(check.expectation),
  );
  if (suspects.length === 0) return checks;
  const explained = new Map<Check, Check>();
  // Shared by all platforms, and never longer than the look.
  const timeoutMs = Math.min(MAX_BASE_MS, Math.max(look.msLeft(), 1));
  const deadline = new Deadline(timeoutMs, 'the base image', registries.signal, {
    index: BASE_LANE - look.lane,
  });
  for (const platform of image.platforms) {
    const own = suspects.filter((check) => check.platform === platform.name);
    const base = own.length === 0 ? null : baseOf(platform, reference, settings);
    const labels = base && (await labelsOf(base, platform, { registries, budget }, deadline));
    if (!base || !labels) continue;
    for (const check of own) {
      if (labels.has(check.actual as string)) explained.set(check, { ...check, hint: inherited(check, base.name) });
    }
  }
  deadline.clear();
  return checks.map((check) => explained.get(check) ?? check);
}

function inherited({ hint }: Check, name: string): string {
  return `${hint === undefined ? '' : `${hint} `}The value is inherited from ${name}.`;
}

/** What was looked at, and how long that may take. */
export interface Looked {
  readonly image: Image;
  readonly reference: Reference;
  readonly deadline: Deadline;
}

/** What this look shares with others. */
interface Shared {
  readonly registries: Registries;
  readonly settings: Settings;
  readonly budget: RoundBudget;
}

/** A base image, and who chose its repository. */
interface Base {
  readonly name: string;
  readonly reference: Reference;
  readonly trust: Trust;
}

/** An explanation must not hold up a verdict. */
const MAX_BASE_MS = 5_000;

/**
 * The base image that an image names. Untrusted: anyone who can push the image can name a private repository
 * and guess at its labels, for "inherited" tells that a guess was right. So no repository but the image's own is
 * read with credentials, a registry that the user did not choose must not be near to us, and none is asked
 * that is not allowed (docs/decisions/0009-base-image.md).
 */
function baseOf(platform: PlatformImage, own: Reference, { registry }: Settings): Base | null {
  const annotation = (key: string): string | undefined => annotationOf(platform, key)?.value;
  const name = annotation(BASE_NAME);
  // buildah writes empty ones.
  if (!name) return null;
  try {
    const parsed = parseReference(name);
    if (parsed.layout !== undefined) return null;
    const digest = tryParseDigest(annotation(BASE_DIGEST) ?? '');
    const isChosen =
      parsed.registry === own.registry || (registry.allowed !== 'any' && registry.allowed.includes(parsed.registry));
    if (!isChosen && registry.allowed !== 'any') return null;
    const isOwn = parsed.registry === own.registry && parsed.repository === own.repository;
    const trust = isOwn ? 'chosen' : isChosen ? 'named-by-image' : 'stranger';
    return { name, reference: digest === null ? parsed : { ...parsed, digest }, trust };
  } catch {
    return null;
  }
}

async function labelsOf(
  { reference, trust }: Base,
  platform: PlatformImage,
  { registries, budget }: Pick<Shared, 'registries' | 'budget'>,
  deadline: Deadline,
): Promise<Set<string> | null> {
  const { os, architecture, variant } = platform.platform;
  const own = budget.image();
  try {
    const source = registries.repository(reference, trust).within(deadline);
    const image = await deadline.race(
      readImage(source, tagOrDigest(reference), [{ os, architecture, variant: variant || null }], own),
    );
    return new Set(image.platforms.flatMap(({ configFile }) => [...configFile.config.labels.values()]));
  } catch {
    return null;
  } finally {
    own.close();
  }
}
