import { markdownTable } from 'markdown-table';
import { visibleStart } from '../base/inert.ts';
import { type Look, nameOf } from '../gate/verdict.ts';
import { latestCreated } from '../image/created.ts';
import { agreedRevision, agreedVersion } from './agreed.ts';
import { isOneRepository, listed, shortName } from './failed.ts';
import { groupImages, type ImageGroup, ordered } from './groups.ts';
import type { Telling } from './occasion.ts';
import { count } from './units.ts';

/** Enough to see what passes; what fails is told whole. */
const MAX_NAMES = { pass: 3, fail: 12 } as const;
const MAX_CELL_CHARS = 120;
/** The report file has the rest. */
const MAX_ROWS = 500;

/** All images as lines of one table, worst first: those of one digest and result are one line. */
export function tableLines(looks: readonly Look[], telling: Pick<Telling, 'require'>): string[] {
  if (looks.length === 0) return [];
  const isShort = isOneRepository(looks);
  const order = ordered(groupImages(looks), telling);
  const shown = order.slice(0, MAX_ROWS);
  const rows = shown.map((group) => rowOf(group, isShort));
  const left = order.slice(MAX_ROWS).flatMap((group) => group.looks);
  const head = ['', isShort ? 'tags' : 'images', 'commit', 'version', 'built', 'digest'];
  const lines = markdownTable([head, ...rows]).split('\n');
  return left.length === 0 ? lines : [...lines, `… and ${count(left.length, 'more image')}, which the report has.`];
}

function rowOf({ looks, result }: ImageGroup, isShort: boolean): string[] {
  const first = looks[0] as Look;
  const { image } = first;
  const names = looks.map((look) => (isShort ? shortName(look) : nameOf(look)));
  const cell = (text: string | null): string =>
    text === null ? '' : visibleStart(text, MAX_CELL_CHARS).replaceAll('|', '/');
  return [
    result,
    cell(listed(names, result === 'pass' ? MAX_NAMES.pass : MAX_NAMES.fail)),
    cell(image && (agreedRevision(first)?.slice(0, 12) ?? null)),
    cell(image && agreedVersion(image)),
    cell(image && (latestCreated(image)?.slice(0, 10) ?? null)),
    cell(image && image.digest.slice('sha256:'.length, 'sha256:'.length + 12)),
  ];
}
