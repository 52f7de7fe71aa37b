import { type Look, nameOf, type Result } from '../../gate/verdict.ts';
import { latestCreated } from '../../image/created.ts';
import { agreedRevision, agreedVersion } from '../agreed.ts';
import { codeSpan } from '../../base/inert.ts';
import { formatBytes, formatTime } from '../units.ts';
import { table } from './blocks.ts';
import { commitLink, type Links } from './links.ts';

export const MARKS: Readonly<Record<Result, string>> = { pass: '✅', fail: '❌', missing: '❌', error: '⚠️' };

/** One table of all images; what shares a digest and a result stands on one row, with all its names. */
export function formatOverview(looks: readonly Look[], links: Links): string[] {
  const groups = new Map<string, Look[]>();
  for (const [at, look] of looks.entries()) {
    const key =
      look.image && look.reference
        ? `${look.reference.registry}/${look.reference.repository}@${look.image.digest} ${look.result}`
        : String(at);
    groups.set(key, [...(groups.get(key) ?? []), look]);
  }
  const rows = [...groups.values()].map((group) => rowOf(group, links));
  return table(['result', 'image', 'digest', 'created', 'revision', 'version', 'platforms', 'size'], rows);
}

function rowOf(group: readonly Look[], links: Links): string[] {
  const first = group[0] as Look;
  const { result, image } = first;
  const names = group.map((look) => codeSpan(nameOf(look))).join(' ');
  if (!image) return [`${MARKS[result]} ${result}`, names, '—', '—', '—', '—', '—', '—'];
  const created = latestCreated(image);
  const revision = agreedRevision(first);
  const version = agreedVersion(image);
  return [
    `${MARKS[result]} ${result}`,
    names,
    codeSpan(`${image.digest.slice(0, 'sha256:'.length + 12)}…`),
    created === null ? '—' : formatTime(new Date(created)),
    revision === null ? '—' : commitLink(revision, image.platforms[0], links),
    version === null ? '—' : codeSpan(version, 60),
    codeSpan(image.platforms.map(({ name }) => name).join(', '), 120),
    image.platforms.length === 0 ? '—' : formatBytes(Math.max(...image.platforms.map(({ size }) => size))),
  ];
}
