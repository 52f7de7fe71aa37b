import { AssertImageError } from './errors.ts';

/**
 * Hints contain marks such as ⟦login⟧ for whatever differs by CI, because the core knows no CI. The CI adapter (ci/)
 * supplies the words, and they replace the marks when the verdict is reported.
 */
export interface Words {
  /** The tool to log in with, as in "log in with ⟦login⟧". */
  readonly login: string;
  /** The same, with when to run it. */
  readonly 'login before': string;
  readonly 'ECR login': string;
  /** Asks whether the repository is checked out. */
  readonly checkout: string;
  /** How a variable is written. */
  readonly expression: string;
  /** How a shell makes a name lower-case. */
  readonly 'lower case': string;
  /** A builder that writes the usual labels. */
  readonly labels: string;
  /** How the head of a pull request is named. */
  readonly 'pull request head': string;
}

/** Replaces the marks in our own text. Never call it on text from outside. */
export function inWords(text: string, words: Words): string {
  if (!text.includes('⟦')) return text;
  return text.replace(/⟦([A-Za-z ]+)⟧/g, (mark, name: string) =>
    Object.hasOwn(words, name) ? words[name as keyof Words] : mark,
  );
}

/** Replaces the marks in an error's hint. `input` errors carry hints inside the message, so that is covered too. */
export function errorInWords(error: AssertImageError, words: Words): AssertImageError {
  const { code, message, hint, retryAfterMs } = error;
  const said = code === 'input' ? inWords(message, words) : message;
  return new AssertImageError(code, said, { hint: hint && inWords(hint, words), retryAfterMs });
}
