import { AssertImageError } from './errors.ts';

/**
 * What differs by CI in a hint stands in its text as a mark, such as ⟦login⟧: the core knows no CI. Whoever runs us has
 * the words (ci/), and puts them in when a verdict is told.
 */
export interface Words {
  /** What one logs in with, as in "log in with ⟦login⟧". */
  readonly login: string;
  /** The same, and when. */
  readonly 'login before': string;
  readonly 'ECR login': string;
  /** Asks whether the files of the repository are there. */
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

/** A text of ours with its marks replaced; what others say may look like one, and stays as it is. */
export function inWords(text: string, words: Words): string {
  if (!text.includes('⟦')) return text;
  return text.replace(/⟦([A-Za-z ]+)⟧/g, (mark, name: string) =>
    Object.hasOwn(words, name) ? words[name as keyof Words] : mark,
  );
}

/** An error with the marks of its hint replaced. What is wrong with inputs is told with the hints in one text. */
export function errorInWords(error: AssertImageError, words: Words): AssertImageError {
  const { code, message, hint, retryAfterMs } = error;
  const said = code === 'input' ? inWords(message, words) : message;
  return new AssertImageError(code, said, { hint: hint && inWords(hint, words), retryAfterMs });
}
