import { markdownTable } from 'markdown-table';
import { visibleStart } from '../../base/inert.ts';

/** A table as lines. Cells are Markdown; the caller makes them inert. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const text = markdownTable([[...head], ...rows.map((row) => [...row])], { padding: false, alignDelimiters: false });
  return [...text.split('\n'), ''];
}

/** Folded away; the title is our own words. */
export function folded(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '</details>', ''];
}

/** Lines to copy: GitHub puts a button beside them. No line of theirs can end the fence. */
export function fence(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.map((line) => visibleStart(line, 1000));
  const longest = Math.max(2, ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const mark = '`'.repeat(longest + 1);
  return [`${mark}text`, ...shown, mark, ''];
}
