import { isScalar, isSeq, type Node } from 'yaml';
import type { PolicyDocument } from './document.ts';

const FOLDED = [
  'this text is folded, so that lines become one',
  'Write one expectation on one line, or a block with "|" for several.',
] as const;

/** What the lines of a key are. */
export interface LineKind<T> {
  readonly name: string;
  readonly parse: (line: string) => T;
  /** Two lines of one meaning are an error. */
  readonly meaning: (item: T) => string;
}

export function readLines<T>(
  document: PolicyDocument,
  node: Node | null | undefined,
  { name, parse, meaning }: LineKind<T>,
): T[] {
  const isText = isScalar(node) && typeof node.value === 'string';
  if (!isText && !isSeq(node)) {
    document.add(node, `${name} is neither a text, a list${name === 'expect' ? '' : ' nor a map'}`, 'Write a list.');
    return [];
  }
  if (isText && document.isFolded(node)) document.add(node, ...FOLDED);
  const lines = isText
    ? (node.value as string).split('\n').map((text) => ({ text, at: node as Node | null }))
    : document.items(node, name).flatMap((item) => {
        if (document.isFolded(item)) document.add(item, ...FOLDED);
        const text = document.string(item, `an item of ${name}`);
        return text === undefined ? [] : [{ text, at: item }];
      });
  const wanted = isText ? lines.filter(({ text }) => !/^\s*(#|$)/.test(text)) : lines;
  if (wanted.length === 0 && document.problems.length === 0)
    document.add(node, `${name} holds nothing`, 'Write an expectation, or leave the key out.');
  const seen = new Set<string>();
  return wanted.flatMap(({ text, at }) => {
    if (/[\r\n]/.test(text.trim())) {
      document.add(at, 'it holds a line break', 'Write one expectation on one line.');
      return [];
    }
    const item = document.attempt(at, () => parse(text.trim()));
    if (item === undefined) return [];
    if (seen.has(meaning(item))) document.add(at, `${meaning(item)} is expected twice`, 'Remove one of them.');
    seen.add(meaning(item));
    return [item];
  });
}
