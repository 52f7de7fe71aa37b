import { markdownTable } from 'markdown-table';
import type { Selector } from '../reference/selector.ts';
import { type Look, nameOf } from '../gate/verdict.ts';
import { latestCreated } from '../image/created.ts';
import { agreedRevision, agreedVersion } from './agreed.ts';
import { visibleStart } from '../base/inert.ts';
import { formatBytes } from './units.ts';

/** All images as lines of one table, for a log; newest first where a pattern selected them. */
export function tableLines(looks: readonly Look[]): string[] {
  const rows = looks.map((look) => {
    const { asked, reference, result, image } = look;
    const cell = (text: string | null): string => (text === null ? '-' : visibleStart(text, 40).replaceAll('|', '/'));
    return [
      result,
      cell(reference ? (reference.tag ?? nameOf(look)) : tagOfSelector(asked)),
      cell(image && image.digest.slice(0, 'sha256:'.length + 12)),
      cell(image && (latestCreated(image)?.slice(0, 19) ?? null)),
      cell(image && (agreedRevision(look)?.slice(0, 12) ?? null)),
      cell(image && agreedVersion(image)),
      cell(image && image.platforms.map(({ name }) => name).join(', ')),
      image && image.platforms.length > 0 ? formatBytes(Math.max(...image.platforms.map(({ size }) => size))) : '-',
    ];
  });
  return markdownTable([
    ['result', 'tag', 'digest', 'created', 'revision', 'version', 'platforms', 'size'],
    ...rows,
  ]).split('\n');
}

/** Of a pattern that selected nothing. */
function tagOfSelector(selector: Selector): string {
  return selector.kind === 'tags' ? selector.pattern : selector.kind === 'repositories' ? selector.tag : '';
}
