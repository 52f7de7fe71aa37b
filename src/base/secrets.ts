import { AssertImageError } from './errors.ts';

/**
 * What must never be shown. Every secret is registered before it is used, and everything from outside is
 * redacted before it is rendered: redaction that ran over finished Markdown could take away what fences it in.
 * The runner masks by itself only what it is told; on a command line nothing is masked.
 */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #tokens = new Set<string>();
  /** Tokens by registry, for registries that the user chose. Only tokens short enough to occur in our own output. */
  readonly #givenFor = new Map<string, Set<string>>();
  #tokenBytes = 0;
  /** Every encoding of every secret, longest first, because a short one may be part of a long one. */
  #forms: readonly string[] = [];
  readonly #onAdd: (secret: string) => void;

  /** @param onAdd tells the runner (`::add-mask::`); does nothing on a command line */
  constructor(onAdd: (secret: string) => void = () => {}) {
    this.#onAdd = onAdd;
  }

  /** Registers a secret, and each line of it. Short ones are left out: masking `AWS` or `main` would empty job outputs. */
  add(secret: string): void {
    const wellFormed = secret.toWellFormed();
    for (const value of new Set([wellFormed, wellFormed.trim(), ...wellFormed.split(/\r?\n/)])) {
      if (value.length < MIN_SECRET_CHARS || !this.#remember(value)) continue;
      this.#onAdd(value);
    }
  }

  /** Registers a name and password also in the form in which HTTP carries them. */
  addBasic(username: string, password: string): void {
    this.add(password);
    this.add(Buffer.from(`${username}:${password}`).toString('base64'));
  }

  /**
   * Registers a token from a token service. It is redacted where a server is quoted, and nowhere else: this
   * program never prints it, and a text of the service's choice must not make the runner drop an output, or change
   * what is said about an image.
   *
   * @param registry that it was given for, where the user chose it; null where an image did
   * @throws AssertImageError `too-large`
   */
  addToken(token: string, registry: string | null): void {
    if (token.length < MIN_TOKEN_CHARS) return;
    // One service may serve several registries.
    if (registry !== null && token.length <= MAX_PART_CHARS)
      this.#givenFor.set(registry, (this.#givenFor.get(registry) ?? new Set()).add(token));
    if (this.#tokens.has(token)) return;
    this.#tokenBytes += token.length;
    if (this.#tokenBytes > MAX_TOKEN_BYTES)
      throw new AssertImageError(
        'too-large',
        `the token services of this run gave more than ${MAX_TOKEN_BYTES} bytes of tokens.`,
      );
    this.#tokens.add(token);
  }

  /** Whether the text contains a token that was issued for this registry. Tokens of other registries do not count. */
  hasTokenIn(text: string, registry: string): boolean {
    for (const token of this.#givenFor.get(registry) ?? []) if (text.includes(token)) return true;
    return false;
  }

  /** Whether this text holds a secret, or a token that was given for this registry. */
  isIn(text: string, registry: string): boolean {
    return this.redact(text) !== text || this.hasTokenIn(text, registry);
  }

  /** Redacts our secrets and all tokens from a server's words. */
  redactQuoted(text: string): string {
    let clean = this.redact(text);
    for (const token of this.#tokens) clean = clean.replaceAll(token, '***');
    return clean;
  }

  redact(text: string): string {
    let clean = text;
    for (const form of this.#forms) if (form.length <= clean.length) clean = clean.replaceAll(form, '***');
    return clean;
  }

  /** Redacts every string in plain data. A value without secrets is returned as it is, not copied. */
  redactDeep<T>(value: T): T {
    if (typeof value === 'string') return this.redact(value) as T;
    if (typeof value !== 'object' || value === null || this.#isClean(value)) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.redactDeep(item)) as T;
    if (value instanceof Set) return new Set([...value].map((item: unknown) => this.redactDeep(item))) as T;
    if (value instanceof Map)
      return new Map(
        [...value].map(([key, item]) => [this.redactDeep<unknown>(key), this.redactDeep<unknown>(item)]),
      ) as T;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.redactDeep(item as unknown)])) as T;
  }

  #isClean(value: unknown): boolean {
    if (typeof value === 'string') return this.redact(value) === value;
    if (typeof value !== 'object' || value === null) return true;
    const isIterable = Array.isArray(value) || value instanceof Set || value instanceof Map;
    // Of a map: keys and values, in pairs.
    const items: Iterable<unknown> = isIterable ? value : Object.values(value);
    for (const item of items) if (!this.#isClean(item)) return false;
    return true;
  }

  /** @returns false where it is known already */
  #remember(value: string): boolean {
    if (this.#values.has(value)) return false;
    this.#values.add(value);
    const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
    const json = JSON.stringify(value).slice(1, -1);
    const forms = new Set([...this.#forms, value, encodeURIComponent(value), base64, json]);
    this.#forms = [...forms].toSorted((a, b) => b.length - a.length);
    return true;
  }
}

const MIN_SECRET_CHARS = 6;
/** Real tokens are longer. A token such as `sha256:` would redact our own output. */
const MIN_TOKEN_CHARS = 16;
/** No reference, digest or commit is longer. */
const MAX_PART_CHARS = 512;
/** A thousand repositories have a token each, of some kilobytes. */
const MAX_TOKEN_BYTES = 8 * 1024 * 1024;
