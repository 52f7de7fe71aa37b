import type { Look } from '../gate/verdict.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { ProvenanceFacts } from '../image/stated-provenance.ts';

/** What provenance says of an image. Only a signature that was checked makes `verified` true. */
export function describeProvenance(look: Look | undefined): Record<string, unknown> {
  const stated = statedOf(look);
  return {
    verified: false,
    reason: 'no signature was asked for (signer-workflow: none).',
    ...(stated === null ? {} : { stated }),
  };
}

/** What builders wrote beside the platforms, by name, where it was read. */
function statedOf(look: Look | undefined): Record<string, ProvenanceFacts> | null {
  const read = (look?.image?.platforms ?? []).flatMap((platform) => {
    const facts = statedFacts(platform);
    return facts === null ? [] : [[platform.name, facts] as const];
  });
  return read.length === 0 ? null : Object.fromEntries(read);
}

export function statedFacts({ provenance }: Pick<PlatformImage, 'provenance'>): ProvenanceFacts | null {
  return provenance?.kind === 'stated' ? provenance.facts : null;
}
