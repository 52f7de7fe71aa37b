import { AssertImageError } from '../base/errors.ts';
import type { Problem } from '../inputs/raw-inputs.ts';

/** All problems as one error, one per line, with the places of those that are in a file. */
export function problemsError(problems: readonly Problem[]): AssertImageError {
  const texts = problems.map(({ input, line, message, hint }) => {
    const where = line === undefined ? input : `${input}, line ${line}`;
    return `${where}: ${message} ${hint}`.trimEnd();
  });
  // Each line has a hint of its own.
  return new AssertImageError('input', texts.join('\n'), {
    hint: '',
    places: problems.map(({ place }) => place ?? null),
  });
}
