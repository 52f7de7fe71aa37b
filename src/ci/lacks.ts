import { definitionOf, type InputName } from '../inputs/names.ts';
import type { Problem, RawInputs } from '../inputs/raw-inputs.ts';
import type { Run } from '../inputs/run.ts';

/** What was asked of this run that only GitHub can do. */
export function problemsOfLacking({ lacks, name }: Run, isAsked: (name: InputName) => boolean): Problem[] {
  const where = name === null ? 'no CI is recognised here' : `this is ${name}`;
  return lacks.filter(isAsked).map((input) => ({
    input,
    message: `only a run of GitHub Actions can do this, and ${where}.`,
    hint: 'Leave it out.',
  }));
}

/** Where everything that there is has been set, as a runner does: what differs from its default. */
export function differsFromDefault({ values }: RawInputs, name: InputName): boolean {
  return values[name].trim() !== '' && values[name].trim() !== definitionOf(name).default;
}
