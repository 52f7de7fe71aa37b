/** One challenge of a WWW-Authenticate header: scheme in lower case, parameter names in lower case. */
export interface Challenge {
  readonly authScheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** token68 and the unquoted URLs of real registries; stops at white space and comma. */
const LOOSE_VALUE = /[^\s,"]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SPACE = /[ \t]*/y;

/** Reads one header, from left to right; see {@link parseChallenges} for the grammar. */
export class ChallengeReader {
  readonly #header: string;
  #at = 0;

  constructor(header: string) {
    this.#header = header;
  }

  read(): Challenge[] {
    const challenges: Challenge[] = [];
    this.#skipCommas();
    while (!this.#isAtEnd) {
      const authScheme = this.#take(TOKEN)?.[0].toLowerCase();
      const parameters = authScheme === undefined ? null : this.#readParameters();
      if (authScheme === undefined || parameters === null) return challenges;
      challenges.push({ authScheme, parameters });
      this.#take(SPACE);
      if (!this.#isAtEnd && !this.#isNext(',')) this.#skipToComma();
      this.#skipCommas();
    }
    return challenges;
  }

  /** Null where they cannot be read to their end. */
  #readParameters(): Map<string, string> | null {
    const parameters = new Map<string, string>();
    for (;;) {
      const before = this.#at;
      this.#take(SPACE);
      if (parameters.size > 0) {
        if (!this.#isAtEnd && !this.#isNext(',')) return null;
        this.#skipCommas();
      }
      const name = this.#take(TOKEN)?.[0].toLowerCase();
      this.#take(SPACE);
      if (name === undefined || !this.#isNext('=')) {
        // No parameter: the next scheme begins here, or the header ends. Negotiate and NTLM send a token68.
        this.#at = before;
        return parameters;
      }
      this.#at += 1;
      const value = this.#readValue();
      if (value === undefined) return null;
      if (!parameters.has(name)) parameters.set(name, value);
    }
  }

  #readValue(): string | undefined {
    this.#take(SPACE);
    const quoted = this.#take(QUOTED);
    return quoted ? (quoted[1] as string).replaceAll(/\\(.)/g, '$1') : this.#take(LOOSE_VALUE)?.[0];
  }

  /** A token68 or garbage behind the scheme is of no use to us. */
  #skipToComma(): void {
    const comma = this.#header.indexOf(',', this.#at);
    this.#at = comma === -1 ? this.#header.length : comma;
  }

  #skipCommas(): void {
    do this.#take(SPACE);
    while (this.#isNext(',') && (this.#at += 1));
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#header);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #isNext(character: string): boolean {
    return this.#header[this.#at] === character;
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#header.length;
  }
}
