/**
 * What must never be shown. Every secret is registered before it is used; everything that we write
 * passes {@link redact}. The runner masks by itself only what it knows, and by hand nobody does.
 */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #onAdd: (secret: string) => void;

  /** @param onAdd tells the runner (`::add-mask::`); does nothing by hand */
  constructor(onAdd: (secret: string) => void = () => {}) {
    this.#onAdd = onAdd;
  }

  /** Registers a secret, and each line of it. Short ones are left out: masking `AWS` or `main` would empty job outputs. */
  add(secret: string, minChars = MIN_SECRET_CHARS): void {
    const wellFormed = secret.toWellFormed();
    for (const value of new Set([wellFormed, wellFormed.trim(), ...wellFormed.split(/\r?\n/)])) {
      if (value.length < minChars || this.#values.has(value)) continue;
      this.#values.add(value);
      this.#onAdd(value);
    }
  }

  /** Registers a name and password also in the form in which HTTP carries them. */
  addBasic(username: string, password: string): void {
    this.add(password);
    this.add(Buffer.from(`${username}:${password}`).toString('base64'));
  }

  redact(text: string): string {
    let clean = text;
    for (const value of this.#values) {
      for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]) {
        clean = clean.replaceAll(form, '***');
      }
    }
    return clean;
  }

  /** The same for every text in a value of plain data. */
  redactDeep<T>(value: T): T {
    if (typeof value === 'string') return this.redact(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.redactDeep(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.redact(key), this.redactDeep(item as unknown)]),
    ) as T;
  }
}

const MIN_SECRET_CHARS = 6;
