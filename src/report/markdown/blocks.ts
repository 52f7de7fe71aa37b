import { markdownTable } from 'markdown-table';

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
