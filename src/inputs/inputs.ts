import type { Secrets } from '../base/secrets.ts';
import { definitionOf, INPUT_NAMES } from './names.ts';
import type { Problem, RawInputs } from './raw-inputs.ts';

/** Inputs as they were read, and what was wrong with them. */
export interface Read {
  readonly inputs: RawInputs;
  readonly problems: readonly Problem[];
}

/** Steps shared by all input sources. Registers secrets before anything is written. */
export function finish({ inputs, problems }: Read, secrets: Secrets): Read {
  // A secret that was pasted or read from a file often ends in a line break, which no password has.
  const values = { ...inputs.values, password: inputs.values.password.replace(/\r?\n$/, '') };
  for (const secret of [values.password, values['github-token']]) secrets.add(secret);
  return { inputs: { ...inputs, values }, problems: [...problems, ...findEmpty(inputs)] };
}

/** Fails closed: an expression that evaluated to nothing is never a pass. */
function findEmpty({ values, given }: RawInputs): Problem[] {
  return INPUT_NAMES.filter((name) => values[name].trim() === '' && !definitionOf(name).mayBeEmpty).map((name) => ({
    input: name,
    message: given.has(name) ? 'it is given, but empty.' : 'it is required.',
    hint: given.has(name) ? 'Did an expression evaluate to nothing?' : 'Name the image to look at.',
  }));
}
