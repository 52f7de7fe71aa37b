/** As many whole lines as fit, saying how many do not; what is open is closed. Length in the unit of `measure`. */
export function fit(lines: readonly string[], max: number, measure: (text: string) => number): string {
  const room = max - 200;
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += measure(line) + 1;
    if (length > room) {
      const open =
        kept.filter((text) => text.startsWith('<details>')).length -
        kept.filter((text) => text === '</details>').length;
      const note = `Cut here: ${lines.length - kept.length} more lines. The report file has all of it.`;
      return [...kept, ...Array.from({ length: open }, () => '\n</details>'), '', note, ''].join('\n');
    }
    kept.push(line);
  }
  return kept.join('\n');
}

export const bytesOf = (text: string): number => Buffer.byteLength(text);
export const charsOf = (text: string): number => text.length;
