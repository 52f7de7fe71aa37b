import { AssertImageError } from '../base/errors.ts';
import { type Expectation, type FieldKind, formatExpectation } from '../expectations/field/expectation.ts';
import type { PatternParser } from '../expectations/field/pattern.ts';
import { parseExpectation } from '../expectations/field/parse.ts';
import type { InputName } from '../inputs/names.ts';
import type { Problem, RawInputs } from '../inputs/raw-inputs.ts';
import type { Selector } from '../reference/selector.ts';
import { type Login, readLogin } from './login.ts';
import { problemsError } from './problems.ts';
import { splitList } from './values.ts';

/** Calls parsers and collects what they refuse. */
export class Reader {
  readonly #inputs: RawInputs;
  readonly #problems: Problem[];

  constructor(inputs: RawInputs, found: readonly Problem[]) {
    this.#inputs = inputs;
    this.#problems = [...found];
  }

  /** One value; undefined where it is wrong or empty, which has been reported. */
  whole<T>(name: InputName, parse: (text: string) => T): T | undefined {
    const text = this.#inputs.values[name].trim();
    return text === '' ? undefined : this.attempt(name, () => parse(text));
  }

  text(name: InputName): string {
    return this.#inputs.values[name].trim();
  }

  boolean(name: InputName): boolean {
    const value = this.whole(name, (text) => {
      if (/^(true|True|TRUE)$/.test(text)) return true;
      if (/^(false|False|FALSE)$/.test(text)) return false;
      throw new AssertImageError('input', `${JSON.stringify(text)} is neither true nor false.`, {
        hint: 'Use true or false.',
      });
    });
    return value ?? true;
  }

  /** One item a line; blank lines and comments do not count. */
  lines<T>(name: InputName, parse: (text: string) => T): T[] {
    const lines = this.#inputs.values[name]
      .split(/\r\n|\n|\r/)
      .map((text, at) => ({ text: text.trim(), line: at + 1 }));
    const items = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
    if (items.length === 0 && this.#inputs.values[name].trim() !== '') {
      this.#problems.push({
        input: name,
        message: 'it holds nothing but comments.',
        hint: 'Write a line without "#", or leave it out.',
      });
    }
    return items.flatMap(({ text, line }) => {
      const item = this.attempt(name, () => parse(text), lines.length > 1 ? line : undefined);
      return item === undefined ? [] : [item];
    });
  }

  /** An empty list is wrong: `${{ a }},${{ b }}` may have become a comma. */
  keywordOrList<K extends string, T>(name: InputName, keyword: K, parse: (text: string) => T): K | T[] {
    const text = this.#inputs.values[name].trim();
    if (text === keyword) return keyword;
    const items = splitList(text);
    if (items.length === 0 && text !== '')
      this.#problems.push({
        input: name,
        message: 'the list is empty.',
        hint: 'Did an expression evaluate to nothing?',
      });
    return items.flatMap((part) => this.attempt(name, () => parse(part)) ?? []);
  }

  listOrNone<T>(name: InputName, parse: (text: string) => T): T[] {
    const items = this.keywordOrList(name, 'none', parse);
    return items === 'none' ? [] : items;
  }

  expectations(name: InputName, kind: FieldKind, parsePattern: PatternParser): Expectation[] {
    if (this.#inputs.values[name].trim() === 'none') return [];
    const seen = new Set<string>();
    return this.lines(name, (text) => {
      const expectation = parseExpectation(text, kind, parsePattern);
      const meaning = formatExpectation(expectation);
      if (seen.has(meaning)) {
        throw new AssertImageError('input', `${meaning} is expected twice.`, {
          hint: 'Remove one of the lines; did a value with a line break in it get in?',
        });
      }
      seen.add(meaning);
      return expectation;
    });
  }

  login(images: readonly Selector[]): Login | null {
    const { username, password } = this.#inputs.values;
    const { login, problem } = readLogin({ username: username.trim(), password }, images);
    if (problem) this.#problems.push(problem);
    return login;
  }

  /** A problem that a parser of several values found. */
  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  assertAllowed(registry: string, allowed: readonly string[] | 'any'): void {
    if (allowed === 'any' || allowed.includes(registry)) return;
    this.#problems.push({
      input: 'allowed-registries',
      message: `the registry ${registry} is not one of ${allowed.join(', ')}.`,
      hint: 'Nothing was sent to it.',
    });
  }

  assertNoProblems(): void {
    if (this.#problems.length > 0) throw problemsError(this.#problems);
  }

  attempt<T>(input: InputName, parse: () => T, line?: number): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AssertImageError)) throw error;
      this.#problems.push({
        input,
        ...(line === undefined ? {} : { line }),
        message: error.message,
        hint: error.hint ?? '',
      });
      return undefined;
    }
  }
}
