import { type AssertImageError, reworded } from './errors.ts';

/**
 * What a hint says in the words of the CI that runs us. Texts of the core contain marks such as ⟦login⟧, because the core
 * knows no CI. Each CI brings its own (ci/), and they replace the marks when the verdict is reported.
 */
export interface Hints {
  /** The tool to log in with, as in "log in with ⟦login⟧". */
  readonly login: string;
  /** How to log in here, as a whole sentence. */
  readonly 'how to log in': string;
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
export function fillHints(text: string, hints: Hints): string {
  if (!text.includes('⟦')) return text;
  return text.replace(/⟦([A-Za-z ]+)⟧/g, (mark, name: string) =>
    Object.hasOwn(hints, name) ? hints[name as keyof Hints] : mark,
  );
}

/** Replaces the marks in an error's hint. `input` errors carry hints inside the message, so that is covered too. */
export function fillErrorHints(error: AssertImageError, hints: Hints): AssertImageError {
  const { code, message, hint } = error;
  const said = code === 'input' ? fillHints(message, hints) : message;
  return reworded(error, said, hint && fillHints(hint, hints));
}
