import { AssertImageError } from './errors.ts';

/**
 * What must never be shown. Every secret is registered before it is used, and everything from outside is
 * redacted before it is rendered: redaction that ran over finished Markdown could take away what fences it in.
 * The runner masks by itself only what it is told; on a command line nothing is masked.
 */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #tokens = new Set<string>();
  /** By registry that the user chose: what its service gave, as far as it is short enough to be part of anything. */
  readonly #givenFor = new Map<string, Set<string>>();
  #tokenBytes = 0;
  /** Every way in which a secret may be written, longest first: a short one may be part of a long one. */
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
   * Registers a token that a service has chosen. It is taken out where a server is quoted, and nowhere else: this
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

  /** Whether a token that was given for this registry is part of this text: a service must not take apart what is said of others. */
  hasTokenIn(text: string, registry: string): boolean {
    for (const token of this.#givenFor.get(registry) ?? []) if (text.includes(token)) return true;
    return false;
  }

  /** Whether this text holds a secret, or a token that was given for this registry. */
  isIn(text: string, registry: string): boolean {
    return this.redact(text) !== text || this.hasTokenIn(text, registry);
  }

  /** What a server says, without what it repeats of our secrets and of its own tokens. */
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

  /** The same for every text in a value of plain data; what holds none of them is not copied. */
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
/** Shorter than any real token; one as short as `sha256:` would take apart what this program writes itself. */
const MIN_TOKEN_CHARS = 16;
/** No reference, digest or commit is longer. */
const MAX_PART_CHARS = 512;
/** A thousand repositories have a token each, of some kilobytes. */
const MAX_TOKEN_BYTES = 8 * 1024 * 1024;
