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
  add(secret: string): void {
    for (const value of new Set([secret, secret.trim(), ...secret.split(/\r?\n/)])) {
      if (value.length < MIN_SECRET_CHARS || this.#values.has(value)) continue;
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
}

const MIN_SECRET_CHARS = 6;
