import { cited } from '../../base/cited.ts';
import { shorten } from '../../base/shorten.ts';
import type { Image } from '../../image/image.ts';
import type { Check } from '../check.ts';
import { provenanceRevision, type RevisionPlace, shownRevision } from '../revision/stated.ts';

const MAX_CITED_CHARS = 200;

/** What was read beside a platform has to be about it: one failed check for each where it is not. */
export function checkStatedSubjects({ platforms }: Image): Check[] {
  return platforms.flatMap(({ name, manifestDigest, provenance }): Check[] => {
    if (provenance?.kind !== 'foreign') return [];
    const subjects = provenance.subjects.map((subject) => `sha256:${subject}`).join(', ');
    return [
      {
        topic: 'provenance',
        name: 'provenance',
        expectation: `provenance is about ${manifestDigest}`,
        platform: name,
        holds: false,
        expected: manifestDigest,
        actual: subjects || null,
        message: `the provenance beside the image describes another image${subjects === '' ? '' : `, ${subjects}`}`,
        hint: 'Build and push the image again; do not deploy this one.',
      },
    ];
  });
}

/** Where a label says one commit, and the provenance that was read beside it states another. */
export function noticesOnStated(
  from: readonly RevisionPlace[],
  { platforms }: Image,
  redact: (text: string) => string,
): string[] {
  // A secret that is cut could no longer be recognised.
  const cite = (value: string): string => cited(shorten(redact(value), MAX_CITED_CHARS));
  const elsewhere = from.filter(({ kind }) => kind !== 'provenance' && kind !== 'signed');
  return platforms.flatMap((platform) => {
    const stated = provenanceRevision(platform);
    const shown = shownRevision(elsewhere, platform);
    if (stated === undefined || shown === undefined || shown.toLowerCase() === stated.toLowerCase()) return [];
    return [
      `${platform.name}: the image says that it is built from ${cite(shown)}, the provenance beside it states ${cite(stated)}.`,
    ];
  });
}
