/** As many whole lines as fit, saying that there are more; what is open is closed. Length in the unit of `measure`. */
export function fit(lines: Iterable<string>, max: number, measure: (text: string) => number): string {
  const room = max - 200;
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += measure(line) + 1;
    if (length > room) {
      const open =
        kept.filter((text) => text.startsWith('<details>')).length -
        kept.filter((text) => text === '</details>').length;
      const note = 'Cut here: the page has no room for more. The report file has all of it.';
      return [...kept, ...Array.from({ length: open }, () => '\n</details>'), '', note, ''].join('\n');
    }
    kept.push(line);
  }
  return kept.join('\n');
}

export const bytesOf = (text: string): number => Buffer.byteLength(text);
export const charsOf = (text: string): number => text.length;
