/**
 * A name of others in a sentence of ours: bare where nothing in it can be taken for our words, else in quotes. `prose` makes code of
 * both.
 */
export function cited(text: string): string {
  return /^[\w.+:/@-]{1,128}$/.test(text) && /[0-9.:/_@+]/.test(text) ? text : JSON.stringify(text);
}

/** Each as `cited`; all in quotes where one needs them. */
export function citedAll(names: readonly string[]): string[] {
  return names.every((name) => cited(name) === name) ? [...names] : names.map((name) => JSON.stringify(name));
}
