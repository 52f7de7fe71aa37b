import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { AssertImageError } from '../../base/errors.ts';
import { nearestName } from '../../inputs/nearest.ts';

/** Something wrong at a place of a policy file; line and column count from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The sentence that tells the fix. */
  readonly hint: string;
}

const QUOTE = 'Quote it.';

function stringHint(node: Node | null | undefined): string {
  if (isMap(node)) return 'Write it as one string: key=value.';
  return isScalar(node) && node.value !== null ? QUOTE : 'Write a string.';
}

function keyHint(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? `Keys are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
}

/** A policy is a page of text; more is a mistake or an attack. The parser compares each key with all others of its map. */
const MAX_CHARS = 64 * 1024;

/**
 * A YAML document that is read strictly: what is wrong is collected with its place, and reading
 * goes on, so that one run tells all of it.
 */
export class PolicyDocument {
  readonly problems: PolicyProblem[] = [];
  readonly root: Node | null;
  readonly #lines = new LineCounter();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    if (text.length > MAX_CHARS) {
      throw new AssertImageError(
        'input',
        `policy: the file has ${text.length} characters; at most ${MAX_CHARS} are read.`,
        { hint: 'Split the checks over several steps.' },
      );
    }
    // YAML 1.2: `on` and `yes` are strings. Every scalar stays text: `1.10` is no number.
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      schema: 'core',
      uniqueKeys: true,
      merge: false,
      strict: true,
      prettyErrors: false,
    });
    for (const { message, pos } of [...document.errors, ...document.warnings])
      this.#addAt(pos[0], message.replace(/\.$/, ''), 'Write YAML 1.2.');
    this.root = document.errors.length > 0 ? null : document.contents;
    visit(document, {
      Alias: (_, node) => this.add(node, 'aliases are not allowed', 'Write the text again.'),
      // `! key` is the text `key` with the tag `!`: the opposite of what its author means.
      Node: (_, node) => {
        if ((node as { tag?: string }).tag !== undefined)
          this.add(node, 'a "!" in front makes it a tag of YAML, not a part of the text', QUOTE);
      },
    });
  }

  add(node: Node | null | undefined, message: string, hint: string): void {
    this.#addAt(node?.range?.[0] ?? 0, message, hint);
  }

  /** The entries of a map with known keys; unknown ones are problems. */
  entries(node: Node | null | undefined, known: readonly string[] | null, what: string): Map<string, Node | null> {
    const entries = new Map<string, Node | null>();
    if (!isMap(node)) {
      this.add(node, `${what} is not a map`, 'Write key: value.');
      return entries;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : null;
      if (name === null) this.add(key as Node, `a key of ${what} is not a string`, QUOTE);
      else if (known !== null && !known.includes(name))
        this.add(key as Node, `${what} has no key ${JSON.stringify(name)}`, keyHint(name, known));
      else entries.set(name, value as Node | null);
    }
    return entries;
  }

  items(node: Node | null | undefined, what: string): (Node | null)[] {
    if (isSeq(node)) return node.items as Node[];
    this.add(node, `${what} is not a list`, 'Write a line with "- " for each item.');
    return [];
  }

  /** Whether a text is written over several lines that YAML folds into one: what stood on the next line is part of it then. */
  isFolded(node: Node | null | undefined): boolean {
    if (!isScalar(node) || node.type === 'BLOCK_LITERAL') return false;
    if (node.type === 'BLOCK_FOLDED') return true;
    const [start = 0, end = 0] = node.range ?? [];
    return this.#text.slice(start, end).includes('\n');
  }

  /** A string as it was meant: numbers and booleans have to be quoted, so that 1.10 does not become 1.1. */
  string(node: Node | null | undefined, what: string): string | undefined {
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    if (!isAlias(node)) this.add(node, `${what} is not a string`, stringHint(node));
    return undefined;
  }

  /** A text as it stands in the file, quoted or not: container-structure-test reads 1.10 and 8080 so. */
  text(node: Node | null | undefined, what: string): string | undefined {
    const isPlain = isScalar(node) && (typeof node.value === 'number' || typeof node.value === 'boolean');
    return isPlain && node.source !== undefined ? node.source : this.string(node, what);
  }

  boolean(node: Node | null | undefined, what: string): boolean | undefined {
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    this.add(node, `${what} is neither true nor false`, 'Write true or false.');
    return undefined;
  }

  /** Runs a parser on a node's text; what it refuses becomes a problem at that place. */
  attempt<T>(node: Node | null | undefined, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AssertImageError)) throw error;
      this.add(node, error.message.replace(/\.$/, ''), error.hint ?? '');
      return undefined;
    }
  }

  #addAt(offset: number, message: string, hint: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push({ line: Math.max(line, 1), column: Math.max(col, 1), message, hint });
  }
}
