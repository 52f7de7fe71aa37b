import type { Image } from '../image/image.ts';
import type { Seen } from '../gate/verdict.ts';

/** What all checked platforms of an image say alike; what they differ in is left out. */
export function agreedLabels({ platforms }: Image): Map<string, string> {
  const [first, ...others] = platforms;
  const labels = [...(first?.configFile.config.labels ?? [])];
  return new Map(
    labels.filter(([key, value]) => others.every(({ configFile }) => configFile.config.labels.get(key) === value)),
  );
}

/** The revision that all platforms state, null where one does not or they differ. */
export function agreedRevision({ image, revisions }: Seen): string | null {
  return agreed((image?.platforms ?? []).map(({ name }) => revisions.get(name)));
}

export function agreedVersion(image: Image): string | null {
  return agreed(
    image.platforms.map(({ configFile }) => configFile.config.labels.get('org.opencontainers.image.version')),
  );
}

function agreed(values: readonly (string | undefined)[]): string | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
